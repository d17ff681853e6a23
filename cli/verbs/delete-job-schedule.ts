import { FORCE } from '../flags.ts';
import type { Verb } from '../verb.ts';

export const deleteJobSchedule: Verb = {
  name: 'delete-job-schedule',
  group: 'Jobs',
  summary: 'delete the schedule of a job',
  more: 'The job remains and can be run with run-job.',
  args: [
    { name: '<job>', description: 'name of the job' },
    { name: '[guid]', description: 'ignored: a job has one schedule' },
  ],
  flags: [{ ...FORCE, hidden: true }],
  examples: [['delete-job-schedule report', 'report no longer runs by itself']],
  run: async ({ client, screen }, given) => {
    const job = given.argument(0);
    if (given.optionalArgument(1) !== undefined) {
      screen.warn('the GUID of a schedule is ignored: a job has one schedule.');
    }
    await client.send({ method: 'DELETE', path: ['jobs', job, 'schedule'] });
    screen.line(`Job ${job} no longer has a schedule.`);
    return undefined;
  },
};
