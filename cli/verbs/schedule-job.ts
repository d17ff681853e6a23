import { ScheduledJob } from '../api/responses.ts';
import { POLICIES, present, TIME_ZONE } from '../flags.ts';
import { printSchedule } from '../scheduled.ts';
import type { Verb } from '../verb.ts';

export const scheduleJob: Verb = {
  name: 'schedule-job',
  group: 'Jobs',
  summary: 'set the schedule of a job',
  more: 'A job has one schedule; a new one replaces it.',
  args: [
    { name: '<job>', description: 'name of the job' },
    { name: '<cron>', description: 'five fields of unix cron, or @daily and the like, in quotes' },
  ],
  flags: [
    TIME_ZONE,
    {
      flags: '-c, --concurrency-policy <policy>',
      description:
        'for a run that is due while another one is active: start it (Always), queue it (Forbid), or cancel the other (Replace)',
      choices: POLICIES,
    },
    { flags: '--starting-deadline <seconds>', description: 'a run that is later than this is missed' },
  ],
  examples: [
    ['schedule-job report "0 2 * * *"', 'at 02:00 UTC each day'],
    [
      'schedule-job report "*/15 9-17 * * mon-fri" --time-zone Asia/Seoul',
      'every 15 minutes in office hours',
    ],
  ],
  run: async ({ client, screen }, given) => {
    const name = given.argument(0);
    const { value: job } = await client.request(ScheduledJob, {
      method: 'PUT',
      path: ['jobs', name, 'schedule'],
      body: present({
        cron: given.argument(1),
        timeZone: given.text('time-zone'),
        concurrencyPolicy: given.text('concurrency-policy'),
        startingDeadlineSeconds: given.count('starting-deadline'),
      }),
    });
    const { replaced } = job;
    if (replaced !== undefined) {
      screen.warn(
        `job ${name} was already scheduled: ${replaced.cron} (${replaced.timeZone}) is overwritten.`,
      );
    }
    printSchedule(screen, job);
    return undefined;
  },
};
