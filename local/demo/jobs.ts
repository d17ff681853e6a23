import type { Reporter, Step } from './reporter.ts';

const MINUTE_MS = 60_000;

const plusMinutes = (time: Date, minutes: number): Date => new Date(time.getTime() + minutes * MINUTE_MS);

/** Occurrences that the job ran for, newest first. Waits until all their tasks have succeeded. */
async function history({ request, waitFor }: Reporter): Promise<readonly (string | undefined)[]> {
  const { items } = await request('GET', '/jobs/report/tasks');
  for (const { name } of items) await waitFor(name, 'succeeded');
  return items.map(({ scheduledTime }) => scheduledTime);
}

const REPORT = { name: 'report', app: 'billing', command: 'echo "Report of $TASKBRIDGE_SCHEDULED_TIME"' };

/** Jobs and schedules. The clock is moved forward, so that an hour takes no time. */
export const JOBS: readonly Step[] = [
  {
    title: 'Create a job',
    run: async ({ request, expect }) => {
      expect((await request('POST', '/jobs', REPORT)).status === 201, 'job created');
    },
  },
  {
    title: 'Schedule the job with unix cron',
    run: async ({ request, expect, print, jobRules }) => {
      const { schedule } = await request('PUT', '/jobs/report/schedule', { cron: '*/10 * * * *' });
      print(`${schedule.description}: ${schedule.nextRuns.join(', ')}`);
      expect(
        schedule.description === 'Every 10 minutes' && schedule.nextRuns.length === 3,
        'schedule described, next runs computed',
      );
      print(jobRules().join(', '));
      expect(jobRules().length === 1, 'EventBridge rule created');
    },
  },
  {
    title: 'The rule fires',
    run: async (reporter) => {
      const { request, expect, print, runMinute } = reporter;
      const { schedule } = await request('GET', '/jobs/report');
      const [due = ''] = schedule.nextRuns;
      await runMinute(new Date(due));
      const { items } = await request('GET', '/jobs/report/tasks');
      const [task] = items;
      await reporter.waitFor(task?.name ?? '', 'succeeded');
      const { log } = await request('GET', `/tasks/${task?.name}/logs`);
      print(log.trimEnd());
      expect(items.length === 1 && log === `Report of ${due}\n`, 'job ran once, with its scheduled time');
    },
  },
  {
    title: 'Suspend and resume the job',
    run: async (reporter) => {
      const { request, expect, now, runMinute, jobRules } = reporter;
      await request('PUT', '/jobs/report/suspended');
      expect(jobRules().length === 0, 'suspended: rule deleted');
      await runMinute(plusMinutes(now(), 10));
      const { schedule } = await request('DELETE', '/jobs/report/suspended');
      expect(jobRules().length === 1 && schedule.driver === 'rules', 'resumed: rule created again');
      expect((await history(reporter)).length === 1, 'occurrences in between are not run later');
    },
  },
  {
    title: 'Recover from an outage of an hour',
    run: async (reporter) => {
      const { request, expect, now, runMinute } = reporter;
      const before = await history(reporter);
      await runMinute(plusMinutes(now(), 65));
      const caughtUp = (await history(reporter)).filter((occurrence) => !before.includes(occurrence));
      expect(caughtUp.length === 1, `six occurrences missed, one run: ${caughtUp[0]}`);
      const { schedule } = await request('GET', '/jobs/report');
      const behind = Date.parse(schedule.nextRuns[0] ?? '') - Date.parse(caughtUp[0] ?? '');
      expect(behind === 10 * MINUTE_MS, 'it is the newest of those missed');
    },
  },
  {
    title: 'Delete the job',
    run: async ({ request, expect, jobRules }) => {
      expect((await request('DELETE', '/jobs/report')).status === 204, 'job deleted');
      expect(jobRules().length === 0, 'EventBridge rule deleted');
      expect((await request('GET', '/jobs/report/tasks')).status === 404, 'tasks of the job deleted');
    },
  },
];
