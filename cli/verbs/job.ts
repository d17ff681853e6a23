import { Job } from '../api/responses.ts';
import { jobColumns, patternOf } from '../columns.ts';
import { OUTPUT, showOne } from '../output.ts';
import type { Verb } from '../verb.ts';

export const job: Verb = {
  name: 'job',
  group: 'Jobs',
  summary: 'show a job, its schedule in words and its next runs',
  args: [{ name: '<job>', description: 'name of the job' }],
  flags: [OUTPUT],
  examples: [['job report', 'its settings and its next three runs']],
  run: async (context, given) => {
    const path = ['jobs', given.argument(0)];
    const { value: item, raw } = await context.client.request(Job, { method: 'GET', path });
    // The zone of its next runs, as an invalid job has none of them, and may name no zone at all.
    const timeZone = item.schedule?.nextRuns.length ? item.schedule.timeZone : context.timeZone;
    const columns = [
      ...jobColumns({ now: context.now, timeZone }),
      { title: 'Env', value: ({ env }: Job) => env?.map((variable) => variable.name).join(', ') },
      { title: 'Timeout', value: ({ timeout }: Job) => timeout },
      { title: 'ExpectWithin', value: ({ expectWithin }: Job) => expectWithin },
      { title: 'Bus', value: ({ trigger }: Job) => trigger?.bus },
      { title: 'Pattern', value: patternOf },
      { title: 'Meaning', value: ({ schedule }: Job) => schedule?.description },
    ];
    await showOne(context, given, { item, raw, columns });
    return undefined;
  },
};
