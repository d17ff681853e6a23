import { Job } from '../api/responses.ts';
import { UsageError } from '../errors.ts';
import {
  ASYNC,
  AT,
  ENV,
  EXPECT_WITHIN,
  envOf,
  POLICY,
  policyOf,
  present,
  RESOURCES,
  resourcesOf,
  TIME_ZONE,
  TIMEOUT,
} from '../flags.ts';
import { printSchedule } from '../scheduled.ts';
import type { ParsedArgs, Verb } from '../verb.ts';

export const createJob: Verb = {
  name: 'create-job',
  group: 'Jobs',
  summary: 'create a job: a task of an app to run repeatedly',
  more: 'Without a schedule, run it with run-job.',
  args: [
    { name: '<app>', description: 'app to run the tasks on' },
    { name: '<job>', description: 'name of the job' },
    { name: '[command]', description: "start command (default: the app's)" },
  ],
  flags: [
    { flags: '-s, --schedule <cron>', description: 'schedule, as five fields of unix cron' },
    AT,
    TIME_ZONE,
    ...POLICY,
    ENV,
    ...RESOURCES,
    TIMEOUT,
    EXPECT_WITHIN,
    ASYNC,
  ],
  examples: [
    ['create-job billing report "bin/report --all"', 'a job without a schedule'],
    [
      'create-job billing report bin/report -s "0 2 * * mon-fri" --time-zone Europe/Berlin -c Forbid',
      'at 02:00 in Berlin on each working day, one run at a time',
    ],
    ['create-job billing close bin/close --at "2026-12-31 23:00"', 'once'],
  ],
  run: async (context, given) => {
    const { client, screen } = context;
    const [app, name] = [given.argument(0), given.argument(1)];
    const { value: job } = await client.request(Job, {
      method: 'POST',
      path: ['jobs'],
      body: present({
        name,
        app,
        command: given.optionalArgument(2),
        env: envOf(given),
        resources: resourcesOf(given),
        timeout: given.text('timeout'),
        expectWithin: given.text('expect-within'),
        schedule: scheduleOf(given),
        ...policyOf(given),
      }),
    });
    screen.line(`Job ${name} is created.`);
    printSchedule(context, job);
    return undefined;
  },
};

function scheduleOf(given: ParsedArgs): Record<string, unknown> | undefined {
  const [cron, at, timeZone] = ['schedule', 'at', 'time-zone'].map((flag) => given.text(flag));
  if (cron !== undefined && at !== undefined) throw new UsageError('Specify either --schedule or --at.');
  if (cron !== undefined || at !== undefined) return present({ cron, at, timeZone });
  if (timeZone !== undefined) throw new UsageError('--time-zone needs a schedule: add --schedule or --at.');
  return undefined;
}
