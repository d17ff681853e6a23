import { ScheduledJob } from '../../client/answers.ts';
import { POLICIES, present, TIME_ZONE } from '../flags.ts';
import { tellSchedule } from '../scheduled.ts';
import type { Verb } from '../verb.ts';

export const scheduleJob: Verb = {
  name: 'schedule-job',
  group: 'Jobs',
  summary: 'give a job its schedule',
  more: 'A job has one schedule: another one takes its place.',
  args: [
    { name: '<job>', what: 'the job' },
    { name: '<cron>', what: 'five fields of unix cron, or @daily and the like, in quotes' },
  ],
  flags: [
    TIME_ZONE,
    {
      flags: '-c, --concurrency-policy <policy>',
      what: 'what happens to a run that is due while another one goes on',
      choices: POLICIES,
    },
    { flags: '--starting-deadline <seconds>', what: 'what is later than this is missed' },
  ],
  examples: [
    ['schedule-job report "0 2 * * *"', 'each night at two, UTC'],
    ['schedule-job report "*/15 9-17 * * mon-fri" --time-zone Asia/Seoul', 'each quarter of an hour at work'],
  ],
  run: async ({ client, screen }, given) => {
    const name = given.argument(0);
    const { value: job } = await client.ask(ScheduledJob, {
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
        `job ${name} was scheduled already: ${replaced.cron} (${replaced.timeZone}) is overwritten.`,
      );
    }
    tellSchedule(screen, job);
    return undefined;
  },
};
