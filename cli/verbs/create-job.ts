import { Job } from '../../client/answers.ts';
import { UsageError } from '../errors.ts';
import { ASYNC, POLICIES, present, RESOURCES, resourcesOf, TIME_ZONE } from '../flags.ts';
import { tellSchedule } from '../scheduled.ts';
import type { Given, Verb } from '../verb.ts';

export const createJob: Verb = {
  name: 'create-job',
  group: 'Jobs',
  summary: 'make a job of an app: a task to run again and again',
  more: 'Without a schedule it runs when asked: run-job.',
  args: [
    { name: '<app>', what: 'the app whose image, environment and services its tasks have' },
    { name: '<job>', what: 'a name for it' },
    { name: '[command]', what: "the start command; the app's unless given" },
  ],
  flags: [
    { flags: '-s, --schedule <cron>', what: 'when it runs, as five fields of unix cron' },
    TIME_ZONE,
    {
      flags: '-c, --concurrency-policy <policy>',
      what: 'a run that is due while another one goes on: runs too (Always), waits (Forbid) or ends that one (Replace)',
      choices: POLICIES,
    },
    { flags: '--starting-deadline <seconds>', what: 'what is later than this is missed' },
    ...RESOURCES,
    ASYNC,
  ],
  examples: [
    ['create-job billing report "bin/report --all"', 'runs when asked'],
    [
      'create-job billing report bin/report -s "0 2 * * mon-fri" --time-zone Europe/Berlin -c Forbid',
      'runs at two in the morning of each working day in Berlin, never twice at once',
    ],
  ],
  run: async ({ client, screen }, given) => {
    const [app, name] = [given.argument(0), given.argument(1)];
    const { value: job } = await client.ask(Job, {
      method: 'POST',
      path: ['jobs'],
      body: present({
        name,
        app,
        command: given.optionalArgument(2),
        resources: resourcesOf(given),
        schedule: scheduleOf(given),
        concurrencyPolicy: given.text('concurrency-policy'),
        startingDeadlineSeconds: given.count('starting-deadline'),
      }),
    });
    screen.line(`Job ${name} is created.`);
    tellSchedule(screen, job);
    return undefined;
  },
};

function scheduleOf(given: Given): Record<string, unknown> | undefined {
  const cron = given.text('schedule');
  const timeZone = given.text('time-zone');
  if (cron === undefined && timeZone !== undefined) {
    throw new UsageError('--time-zone is given without a schedule: give --schedule too.');
  }
  return cron === undefined ? undefined : present({ cron, timeZone });
}
