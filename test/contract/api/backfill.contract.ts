import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { listPath, objectPath } from '../../support/paths.ts';
import type { Api } from '../support/api.ts';
import { MINUTE_MS, ownApi, type Task } from '../support/own-api.ts';

const DAILY = { cron: '0 2 * * *' };

/** Days of the past, in UTC. */
const DAYS = { from: '2024-11-01', to: '2024-11-03' };
const TIMES = ['2024-11-01T02:00:00Z', '2024-11-02T02:00:00Z', '2024-11-03T02:00:00Z'];

/** The gateway gives up after 30 s. */
const GATEWAY_MS = 30_000;

/** A busy machine takes some requests for 500 runs. */
const MANY_MS = 900_000;

/** Longest wait for Tekton to look at a run, on a busy machine. */
const SEEN_MS = 200_000;

type Run = { readonly scheduledTime: string; readonly task: string; readonly outcome: string };

/** Backfills: runs of a job for occurrences of the past, beside its schedule. */
export const backfills = (outer: () => Api): void => {
  describe('backfills', () => {
    const { api, space, call, create, history, later, gone } = ownApi(outer, {
      command: 'echo "$TASKBRIDGE_SCHEDULED_TIME"',
    });
    const backfill = (job: string, body: object = DAYS) => call('POST', `/jobs/${job}/backfill`, body);
    const outcomes = (body: { runs: readonly Run[] }) => body.runs.map(({ outcome }) => outcome);
    const stateOf = async (task: string): Promise<string> => (await call('GET', `/tasks/${task}`)).body.state;
    const ends = (task: string) => api().until(space(), task, 'succeeded', 'failed', 'cancelled');
    /** Waits until Tekton holds back all runs of a job. */
    const queued = (job: string, count: number) =>
      eventually(
        async () => {
          const { body } = await api().target.as('admin').get(listPath('pipelineruns', space()));
          const held = body.items.filter(
            ({ metadata, status }) =>
              metadata.labels['taskbridge.dev/job'] === job &&
              status?.conditions?.[0]?.reason === 'PipelineRunPending',
          );
          return held.length === count ? true : undefined;
        },
        { withinMs: SEEN_MS, what: `${count} queued runs of ${job}` },
      );
    const startedOf = async (job: string): Promise<readonly string[]> =>
      (await history(job)).filter(({ state }) => state !== 'pending').map(({ name }) => name);

    it('with dryRun say what they would create, and create nothing', async () => {
      await create('tried', { schedule: { ...DAILY, timeZone: 'Europe/Berlin' } });
      const { status, body } = await backfill('tried', { ...DAYS, dryRun: true });
      expect([status, body]).toEqual([
        200,
        {
          from: '2024-10-31T23:00:00Z',
          to: '2024-11-03T22:59:59.999Z',
          maxRunning: 10,
          runs: ['01', '02', '03'].map((day) => ({
            scheduledTime: `2024-11-${day}T01:00:00Z`,
            task: `tried-${Date.parse(`2024-11-${day}T01:00:00Z`) / MINUTE_MS}`,
            outcome: 'created',
          })),
        },
      ]);
      expect(await history('tried')).toEqual([]);
    });

    it('run each occurrence once, as its schedule would have, and leave the job as it is', async () => {
      const job = await create('filled', { schedule: DAILY });
      const first = await backfill('filled', { ...DAYS, maxRunning: 1 });
      expect(outcomes(first.body)).toEqual(['created', 'created', 'created']);
      for (const { task, scheduledTime } of first.body.runs) {
        await queued('filled', 3 - TIMES.indexOf(scheduledTime));
        await later();
        const ended = await ends(task);
        expect(ended).toMatchObject({ state: 'succeeded', backfill: true, scheduledTime });
        expect((await call('GET', `/tasks/${task}/logs`)).body.log).toBe(`${scheduledTime}\n`);
      }
      await later();
      const { lastScheduleTime, lastSuccessfulTime, conditions } = (await call('GET', '/jobs/filled')).body;
      expect({ lastScheduleTime, lastSuccessfulTime, conditions }).toEqual({ conditions: job.conditions });
      expect(outcomes((await backfill('filled')).body)).toEqual(['kept', 'kept', 'kept']);
      const listed = (await call('GET', '/jobs?outcomes=5')).body.items;
      expect(listed.find(({ name }: { name: string }) => name === 'filled').outcomes).toEqual([]);
    });

    it('start as many as their limit allows', async () => {
      await create('limited', { command: 'sleep 600', schedule: DAILY });
      const { body } = await backfill('limited', { ...DAYS, maxRunning: 2 });
      const [first, second, third] = body.runs.map(({ task }: Run) => task);
      await queued('limited', 3);
      await later();
      await api().until(space(), first, 'running');
      await api().until(space(), second, 'running');
      await later();
      expect(await stateOf(third)).toBe('pending');
      await call('DELETE', '/jobs/limited');
    });

    it('of an occurrence older than the oldest run that is kept have to say so', async () => {
      await create('older', { command: 'true', schedule: DAILY });
      await backfill('older', { from: '2024-11-03', to: '2024-11-03' });
      expect(outcomes((await backfill('older')).body)).toEqual(['needsAgain', 'needsAgain', 'kept']);
      const again = await backfill('older', { ...DAYS, from: '2024-11-02', again: true });
      expect(outcomes(again.body)).toEqual(['created', 'kept']);
      expect(outcomes((await backfill('older')).body)).toEqual(['needsAgain', 'kept', 'kept']);
      await call('DELETE', '/jobs/older');
    });

    it('at once create each run once', async () => {
      await create('twice', { command: 'true', schedule: { cron: '0 * * * *' } });
      const answers = await Promise.all([backfill('twice'), backfill('twice'), backfill('twice')]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      const all = answers.flatMap(({ body }) => body.runs);
      const made = all.filter(({ outcome }: Run) => outcome === 'created').map(({ task }: Run) => task);
      expect([made.length, new Set(made).size, all.length]).toEqual([72, 72, 3 * 72]);
      expect(all.every(({ outcome }: Run) => ['created', 'kept'].includes(outcome))).toBe(true);
      await call('DELETE', '/jobs/twice');
    });

    it('are cancelled as a whole, and what did not start may be backfilled again', async () => {
      await create('cancelled', { command: 'sleep 600', schedule: DAILY });
      const [first, second, third] = (await backfill('cancelled', { ...DAYS, maxRunning: 1 })).body.runs.map(
        ({ task }: Run) => task,
      );
      await queued('cancelled', 3);
      await later();
      await api().until(space(), first, 'running');
      const { status, body } = await call('DELETE', '/jobs/cancelled/backfill');
      expect([status, body]).toEqual([200, { cancelled: 3, remaining: 0 }]);
      expect(await ends(first)).toMatchObject({ state: 'cancelled' });
      for (const task of [second, third]) {
        await api().until(space(), task, 'cancelled');
      }
      await later();
      for (const task of [second, third]) await gone(objectPath('pipelineruns', space(), task));
      expect((await call('DELETE', '/jobs/cancelled/backfill')).body).toEqual({ cancelled: 0, remaining: 0 });
      expect(outcomes((await backfill('cancelled')).body)).toEqual(['kept', 'created', 'created']);
      await call('DELETE', '/jobs/cancelled');
    });

    it('under Forbid run one at a time, and the schedule goes first', async () => {
      await create('forbidden', {
        command: 'sleep 600',
        schedule: { cron: '*/10 * * * *' },
        concurrencyPolicy: 'Forbid',
      });
      const { body } = await backfill('forbidden', {
        from: '2024-11-01T00:00:00Z',
        to: '2024-11-01T00:10:00Z',
      });
      expect(body.maxRunning).toBe(1);
      const [first, second] = body.runs.map(({ task }: Run) => task);
      await queued('forbidden', 2);
      const next = new Date((await call('GET', '/jobs/forbidden')).body.schedule.nextRuns[0]);
      const scheduled = `forbidden-${next.getTime() / MINUTE_MS}`;
      // Queued runs of a backfill hold up no occurrence, and none is admitted in its minute.
      await api().minute(next);
      await api().until(space(), scheduled, 'running');
      await later();
      expect([await stateOf(first), await stateOf(second)]).toEqual(['pending', 'pending']);
      await call('POST', `/tasks/${scheduled}/terminate`);
      await ends(scheduled);
      await later();
      await api().until(space(), first, 'running');
      await later();
      expect(await stateOf(second)).toBe('pending');
      // One that runs holds up an occurrence, which then comes before the other.
      const following = new Date(next.getTime() + 10 * MINUTE_MS);
      await api().minute(following);
      expect(await startedOf('forbidden')).not.toContain(`forbidden-${following.getTime() / MINUTE_MS}`);
      await call('POST', `/tasks/${first}/terminate`);
      await ends(first);
      await later(2);
      await api().until(space(), `forbidden-${following.getTime() / MINUTE_MS}`, 'running');
      expect(await stateOf(second)).toBe('pending');
      await call('DELETE', '/jobs/forbidden');
    });

    it('are neither cancelled nor counted by Replace', async () => {
      await create('replacing', {
        command: 'sleep 600',
        schedule: { cron: '*/10 * * * *' },
        concurrencyPolicy: 'Replace',
      });
      const { body } = await backfill('replacing', {
        from: '2024-11-01T00:00:00Z',
        to: '2024-11-01T00:10:00Z',
      });
      const tasks: readonly string[] = body.runs.map(({ task }: Run) => task);
      await queued('replacing', 2);
      await later();
      for (const task of tasks) await api().until(space(), task, 'running');
      const next = new Date((await call('GET', '/jobs/replacing')).body.schedule.nextRuns[0]);
      await api().minute(next);
      await api().until(space(), `replacing-${next.getTime() / MINUTE_MS}`, 'running');
      expect([await stateOf(tasks[0] ?? ''), await stateOf(tasks[1] ?? '')]).toEqual(['running', 'running']);
      await call('DELETE', '/jobs/replacing');
    });

    it('leave what is due to the schedule', async () => {
      await create('due', { command: 'true', schedule: { cron: '*/10 * * * *' } });
      await call('PUT', '/jobs/due/suspended');
      await later(25);
      await call('DELETE', '/jobs/due/suspended');
      const past = new Date(api().now().getTime() - 24 * MINUTE_MS).toISOString();
      const { body } = await backfill('due', { from: past });
      expect(outcomes(body)).toEqual(['created', 'created']);
      const tasks: readonly Task[] = await history('due');
      expect(tasks.map(({ name }) => name).toSorted()).toEqual(body.runs.map(({ task }: Run) => task));
      await call('DELETE', '/jobs/due');
    });

    it('go with a job that is deleted', async () => {
      await create('leaving', { command: 'true', schedule: DAILY });
      const { body } = await backfill('leaving');
      expect((await call('DELETE', '/jobs/leaving')).status).toBe(204);
      for (const { task } of body.runs) await gone(objectPath('pipelineruns', space(), task));
      expect((await backfill('leaving')).status).toBe(404);
    });

    it.each([
      ['02:30 is skipped in spring', '30 2 * * *', '2024-03-31', []],
      ['02:30 comes twice in autumn', '30 2 * * *', '2024-10-27', ['00:30']],
      [
        'each hour is one in autumn',
        '30 * * * *',
        '2024-10-27',
        ['22:30', '23:30', ...Array.from({ length: 23 }, (_, hour) => `${String(hour).padStart(2, '0')}:30`)],
      ],
    ])('of a day on which %s have its occurrences', async (name, cron, day, times) => {
      const job = name.replaceAll(/[^a-z]+/g, '-').replace(/^-/, '');
      await create(job, { command: 'true', schedule: { cron, timeZone: 'Europe/Berlin' } });
      const { body } = await backfill(job, { from: day, to: day, dryRun: true });
      expect(body.runs.map(({ scheduledTime }: Run) => scheduledTime.slice(11, 16))).toEqual(times);
    });

    it.each([
      [
        '501 occurrences',
        { from: '2024-11-01T00:00:00Z', to: '2024-11-01T08:20:00Z' },
        'to: It has more than 500',
      ],
      ['ten years of every minute', { from: '2014-01-01' }, 'to: It has more than 500 occurrences'],
      [
        'a from behind its to',
        { from: '2024-11-03', to: '2024-11-01' },
        'from: "2024-11-03" is after "2024-11-01"',
      ],
      ['a to that is still to come', { ...DAYS, to: '2999-01-01' }, 'to: "2999-01-01" is still to come'],
      ['a from that is still to come', { from: '2999-01-01' }, 'from: "2999-01-01" is after now'],
      ['a from before 1970', { from: '1969-01-01', to: '2024-11-01' }, 'from: "1969-01-01" is before 1970'],
      ['no day', { ...DAYS, from: '2024-02-30' }, 'from: "2024-02-30" is not allowed: a day, such as'],
      ['no limit', { ...DAYS, maxRunning: 0 }, 'maxRunning: 0 is not allowed: a whole number from 1 to 500'],
      ['another field', { ...DAYS, command: 'true' }, 'command: Unknown field'],
    ])('with %s are refused, and nothing is left', async (_, body, problem) => {
      const job = 'refused';
      if ((await call('GET', `/jobs/${job}`)).status === 404)
        await create(job, { command: 'true', schedule: { cron: '* * * * *' } });
      const { status, body: answer } = await backfill(job, body);
      expect([status, `${answer.errors?.[0].field}: ${answer.errors?.[0].message}`]).toEqual([
        422,
        expect.stringContaining(problem),
      ]);
      expect(await history(job)).toEqual([]);
    });

    it('of a job without a schedule, and with a limit above that of Forbid, are refused', async () => {
      await create('unscheduled', { command: 'true' });
      const unscheduled = await backfill('unscheduled');
      expect([unscheduled.status, unscheduled.body.detail]).toEqual([
        422,
        expect.stringContaining('Job "unscheduled" has no schedule'),
      ]);
      await create('alone', { command: 'true', schedule: DAILY, concurrencyPolicy: 'Forbid' });
      const alone = await backfill('alone', { ...DAYS, maxRunning: 2 });
      expect([alone.status, alone.body.errors[0].field]).toEqual([422, 'maxRunning']);
      expect((await backfill('nobody')).status).toBe(404);
    });

    it(
      'of 500 occurrences are created and cancelled in requests that the gateway waits for',
      async () => {
        await create('many', { command: 'true', schedule: { cron: '* * * * *' } });
        await call('PUT', '/jobs/many/suspended');
        const range = { from: '2024-11-01T00:00:00Z', to: '2024-11-01T08:19:00Z', maxRunning: 1 };
        const made = await repeated('many runs are created', async () => {
          const { body } = await backfill('many', range);
          return { done: outcomes(body).filter((outcome) => outcome === 'created').length, ...countOf(body) };
        });
        expect(made).toBe(500);
        const more = await backfill('many', { from: '2024-11-01T09:00:00Z', to: '2024-11-01T09:00:00Z' });
        expect([more.status, more.body.detail]).toEqual([
          409,
          expect.stringContaining('Job "many" has 500 runs of backfills that have not ended'),
        ]);
        const ended = await repeated('many runs are cancelled', async () => {
          const { body } = await call('DELETE', '/jobs/many/backfill');
          return { done: body.cancelled, left: body.remaining };
        });
        expect(ended).toBe(500);
        await call('DELETE', '/jobs/many');
      },
      MANY_MS,
    );
  });
};

const countOf = ({ runs }: { runs: readonly Run[] }) => ({
  left: runs.filter(({ outcome }) => outcome === 'remaining').length,
});

/** Repeats a request until nothing is left, each within the gateway's time, and returns how much they did together. */
async function repeated(
  what: string,
  request: () => Promise<{ readonly done: number; readonly left: number }>,
): Promise<number> {
  let total = 0;
  for (;;) {
    const before = Date.now();
    const { done, left } = await request();
    expect(
      `${what} within ${Date.now() - before < GATEWAY_MS ? 'the time of the gateway' : `${Date.now() - before} ms`}`,
    ).toBe(`${what} within the time of the gateway`);
    total += done;
    if (left === 0) return total;
    expect(done).toBeGreaterThan(0);
  }
}
