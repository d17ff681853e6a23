import { ScheduledJob } from '../api/responses.ts';
import { scheduleText } from '../api/schedule-text.ts';
import { UsageError } from '../errors.ts';
import { AT, POLICY, policyOf, present, TIME_ZONE } from '../flags.ts';
import { printSchedule } from '../scheduled.ts';
import type { Verb } from '../verb.ts';

export const scheduleJob: Verb = {
  name: 'schedule-job',
  group: 'Jobs',
  summary: 'set the schedule of a job',
  more: 'A job has one schedule; a new one replaces it, and keeps its time zone unless another is given.',
  args: [
    { name: '<job>', description: 'name of the job' },
    { name: '[cron]', description: 'five fields of unix cron, or @daily and the like, in quotes' },
  ],
  flags: [AT, TIME_ZONE, ...POLICY],
  examples: [
    ['schedule-job report "0 2 * * *"', 'at 02:00 UTC each day'],
    [
      'schedule-job report "*/15 9-17 * * mon-fri" --time-zone Asia/Seoul',
      'every 15 minutes in office hours',
    ],
    ['schedule-job report "H 2 * * *"', "between 02:00 and 03:00, at a minute of the job's own"],
    ['schedule-job report --at "2026-12-24 02:00" --time-zone Europe/Berlin', 'once'],
  ],
  run: async (context, given) => {
    const { client, screen } = context;
    const name = given.argument(0);
    const [cron, at] = [given.optionalArgument(1), given.text('at')];
    if ((cron === undefined) === (at === undefined)) throw new UsageError('Specify either a cron or --at.');
    const { value: job } = await client.request(ScheduledJob, {
      method: 'PUT',
      path: ['jobs', name, 'schedule'],
      body: present({
        cron,
        at,
        timeZone: given.text('time-zone'),
        ...policyOf(given),
      }),
    });
    const { replaced } = job;
    if (replaced !== undefined && job.schedule !== undefined) {
      screen.note(`Schedule of job ${name}: ${scheduleText(replaced)} → ${scheduleText(job.schedule)}.`);
    }
    printSchedule(context, job);
    return undefined;
  },
};
