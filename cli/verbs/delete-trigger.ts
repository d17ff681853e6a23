import { FORCE } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const deleteTrigger: Verb = {
  name: 'delete-trigger',
  group: 'Jobs',
  summary: 'take away the trigger of a job',
  more: 'The job stays. Events that are on their way start no task any more.',
  args: [{ name: '<job>', what: 'the job' }],
  flags: [{ ...FORCE, hidden: true }],
  examples: [['delete-trigger report', 'no event runs report from now on']],
  run: async ({ client, screen }, given) => {
    const job = given.argument(0);
    await client.tell({ method: 'DELETE', path: ['jobs', job, 'trigger'] });
    screen.line(`Job ${job} has no trigger any more.`);
    return undefined;
  },
};
