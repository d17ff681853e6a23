import type { Reporter, Step } from './reporter.ts';

const MINUTE_MS = 60_000;

const later = (moment: Date, minutes: number): Date => new Date(moment.getTime() + minutes * MINUTE_MS);

/** Occurrences that the job ran for, newest first. Waits until all their tasks have succeeded. */
async function history({ call, until }: Reporter): Promise<readonly (string | undefined)[]> {
  const { items } = await call('GET', '/jobs/report/tasks');
  for (const { name } of items) await until(name, 'succeeded');
  return items.map(({ scheduledTime }) => scheduledTime);
}

const REPORT = { name: 'report', app: 'billing', command: 'echo "Report of $TASKBRIDGE_SCHEDULED_TIME"' };

/** Jobs and schedules. The clock is moved forward, so that an hour takes no time. */
export const JOBS: readonly Step[] = [
  {
    title: 'Create a job: a task to run again and again',
    run: async ({ call, check }) => {
      check((await call('POST', '/jobs', REPORT)).status === 201, 'the job is made');
    },
  },
  {
    title: 'Schedule it: unix cron, in words',
    run: async ({ call, check, say, jobRules }) => {
      const { schedule } = await call('PUT', '/jobs/report/schedule', { cron: '*/10 * * * *' });
      say(`${schedule.description}: ${schedule.nextRuns.join(', ')}`);
      check(
        schedule.description === 'Every 10 minutes' && schedule.nextRuns.length === 3,
        'it is understood',
      );
      say(jobRules().join(', '));
      check(jobRules().length === 1, 'a rule of EventBridge will wake it');
    },
  },
  {
    title: 'The rule fires: the job runs at its minute',
    run: async (reporter) => {
      const { call, check, say, runMinute } = reporter;
      const { schedule } = await call('GET', '/jobs/report');
      const [due = ''] = schedule.nextRuns;
      await runMinute(new Date(due));
      const { items } = await call('GET', '/jobs/report/tasks');
      const [task] = items;
      await reporter.until(task?.name ?? '', 'succeeded');
      const { log } = await call('GET', `/tasks/${task?.name}/logs`);
      say(log.trimEnd());
      check(items.length === 1 && log === `Report of ${due}\n`, 'it has run, and knows its minute');
    },
  },
  {
    title: 'Suspend it: its schedule stands still until it is resumed',
    run: async (reporter) => {
      const { call, check, now, runMinute, jobRules } = reporter;
      await call('PUT', '/jobs/report/suspended');
      check(jobRules().length === 0, 'nothing wakes it any more');
      await runMinute(later(now(), 10));
      const { schedule } = await call('DELETE', '/jobs/report/suspended');
      check(jobRules().length === 1 && schedule.driver === 'rules', 'it goes on');
      check((await history(reporter)).length === 1, 'what was due meanwhile does not run later');
    },
  },
  {
    title: 'An outage of an hour: six runs are missed, the newest one is made good',
    run: async (reporter) => {
      const { call, check, now, runMinute } = reporter;
      const before = await history(reporter);
      await runMinute(later(now(), 65));
      const caughtUp = (await history(reporter)).filter((occurrence) => !before.includes(occurrence));
      check(caughtUp.length === 1, `just one task more, of ${caughtUp[0]}`);
      const { schedule } = await call('GET', '/jobs/report');
      const behind = Date.parse(schedule.nextRuns[0] ?? '') - Date.parse(caughtUp[0] ?? '');
      check(behind === 10 * MINUTE_MS, 'the newest of those that were missed');
    },
  },
  {
    title: 'Delete the job: its rule and its tasks go with it',
    run: async ({ call, check, jobRules }) => {
      check((await call('DELETE', '/jobs/report')).status === 204, 'the job is deleted');
      check(jobRules().length === 0, 'its rule is gone from EventBridge');
      check((await call('GET', '/jobs/report/tasks')).status === 404, 'it has no history');
    },
  },
];
