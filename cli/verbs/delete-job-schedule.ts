import { FORCE } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const deleteJobSchedule: Verb = {
  name: 'delete-job-schedule',
  group: 'Jobs',
  summary: 'take away the schedule of a job',
  more: 'The job stays, and runs when asked.',
  args: [
    { name: '<job>', what: 'the job' },
    { name: '[guid]', what: 'of no use: a job has one schedule' },
  ],
  flags: [{ ...FORCE, hidden: true }],
  examples: [['delete-job-schedule report', 'report runs when asked from now on']],
  run: async ({ client, screen }, given) => {
    const job = given.argument(0);
    if (given.optionalArgument(1) !== undefined) {
      screen.warn('the GUID of a schedule is ignored: a job has one schedule.');
    }
    await client.tell({ method: 'DELETE', path: ['jobs', job, 'schedule'] });
    screen.line(`Job ${job} has no schedule any more.`);
    return undefined;
  },
};
