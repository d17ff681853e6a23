import { clockTime } from '../api/relative-time.ts';
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
  examples: [['job report', 'with the next three runs']],
  run: async (context, given) => {
    const path = ['jobs', given.argument(0)];
    const { value: item, raw } = await context.client.request(Job, { method: 'GET', path });
    const columns = [
      ...jobColumns(context.now())
        .filter(({ title }) => title !== 'NextRun')
        .map((column) => ({ ...column, wide: false })),
      { title: 'Bus', value: ({ trigger }: Job) => trigger?.bus },
      { title: 'Pattern', value: patternOf },
      { title: 'Meaning', value: ({ schedule }: Job) => schedule?.description },
      { title: 'NextRuns', value: nextRunsOf },
      { title: 'Conditions', value: conditionsOf },
    ];
    await showOne(context, given, { item, raw, columns });
    return undefined;
  },
};

function nextRunsOf({ schedule }: Job): string | undefined {
  if (schedule === undefined || schedule.nextRuns.length === 0) return undefined;
  return schedule.nextRuns.map((time) => clockTime(time, schedule.timeZone)).join(', ');
}

/** Conditions that are not True. */
function conditionsOf({ conditions }: Job): string | undefined {
  const failing = conditions.filter(({ status }) => status !== 'True');
  if (failing.length === 0) return undefined;
  return failing.map(({ type, status, message }) => `${type}=${status}: ${message}`).join(' ');
}
