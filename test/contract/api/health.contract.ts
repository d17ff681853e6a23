import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import type { Api } from '../support/api.ts';
import { listening, OWN_SOURCE } from '../support/listening.ts';

/** Health of jobs: what their newest tasks and their silence say, in the API, in lists and in events. */
export const health = (outer: () => Api): void => {
  describe('the health of jobs', () => {
    const { api, space, call, create, listen, tasksOf, logOf, later } = listening(outer);
    const healthy = async (job: string) => {
      const { body } = await call('GET', `/jobs/${job}`);
      const found = body.conditions.find(({ type }: { type: string }) => type === 'Healthy');
      return { ...body, healthy: found && [found.status, found.reason, found.message].join(' ') };
    };
    const failing = async () =>
      (await call('GET', '/jobs?failing=true&limit=500')).body.items.map(
        ({ name }: { name: string }) => name,
      );
    /** Runs the job once, with this exit code, and the minute after it. */
    const run = async (job: string, code: number): Promise<string> => {
      const { body } = await call('POST', `/jobs/${job}/run`, {
        env: [{ name: 'CODE', value: String(code) }],
      });
      const { finishedAt } = await api().until(space(), body.name, code === 0 ? 'succeeded' : 'failed');
      const counted = code === 0 ? 'lastSuccessfulTime' : 'lastFailureTime';
      // Its TaskRun has ended; its PipelineRun may take a moment longer.
      await eventually(
        async () => {
          await later();
          return (await healthy(job))[counted] === finishedAt ? true : undefined;
        },
        { what: `the end of ${body.name}` },
      );
      // Of two that end in one second, the name decides which is newer.
      const next = Date.parse(finishedAt) + 1_000;
      await eventually(async () => (Date.now() >= next ? true : undefined), {
        what: 'the second after its end',
      });
      return body.name;
    };
    /** A job that writes each health event of another one to its log. */
    const watch = async (job: string): Promise<string> => {
      const watcher = `watch-${job}`;
      await create(watcher, { command: 'cat "$TASKBRIDGE_EVENT_FILE"' });
      await listen(watcher, OWN_SOURCE, 'service', {
        'detail-type': [{ prefix: 'Job ' }],
        detail: { space: [space()], job: [job] },
      });
      return watcher;
    };
    /** The events that a watcher got, by their types; there must be `count`. */
    const told = async (watcher: string, count: number) => {
      const tasks = await tasksOf(watcher, count);
      await later();
      expect(await tasksOf(watcher, count)).toHaveLength(count);
      const events = [];
      for (const task of tasks) events.push(JSON.parse(await logOf(task)));
      return Object.fromEntries(events.map((event) => [event['detail-type'], event]));
    };

    it('is False from the first failure to the next success, which an event each tells, once', async () => {
      await create('flaky', { command: 'exit "$CODE"' });
      const watcher = await watch('flaky');
      expect((await healthy('flaky')).healthy).toBeUndefined();
      const first = await run('flaky', 3);
      expect((await healthy('flaky')).healthy).toMatch(/^False Error Failed once, at \d{4}-/);
      await run('flaky', 4);
      expect(await healthy('flaky')).toMatchObject({
        healthy: expect.stringMatching(/^False Error Failed 2 times since \d{4}-/),
        consecutiveFailures: 2,
        lastFailureTime: expect.any(String),
      });
      expect(await failing()).toEqual(['flaky']);
      const last = await run('flaky', 0);
      expect(await healthy('flaky')).toMatchObject({
        healthy: 'True Succeeded Its newest task that ended succeeded.',
        consecutiveFailures: 0,
        lastSuccessfulTime: expect.any(String),
      });
      expect(await failing()).toEqual([]);

      const { 'Job Failing': failed, 'Job Recovered': recovered } = await told(watcher, 2);
      const of = { space: space(), app: 'billing', job: 'flaky', depth: 0 };
      expect(failed.detail).toMatchObject({ ...of, task: first, reason: 'Error' });
      expect(recovered.detail).toMatchObject({ ...of, task: last, failures: 2, since: failed.time });
      expect(recovered.detail.eventId).not.toBe(failed.detail.eventId);
    });

    it('is Silent when a success is overdue, and not while the job is suspended', async () => {
      await create('quiet', { command: 'true', expectWithin: '20m' });
      const watcher = await watch('quiet');
      await later();
      await call('PUT', '/jobs/quiet/suspended');
      await later(60);
      expect((await healthy('quiet')).healthy).toBeUndefined();
      await call('DELETE', '/jobs/quiet/suspended');
      await later();
      await later(19);
      expect((await healthy('quiet')).healthy).toBeUndefined();
      await later(2);
      expect((await healthy('quiet')).healthy).toBe('False Silent No task has succeeded for 20m: none yet.');
      expect(await failing()).toEqual(['quiet']);
      const last = await run('quiet', 0);
      expect((await healthy('quiet')).healthy).toMatch(/^True/);
      const { 'Job Silent': silent, 'Job Recovered': recovered } = await told(watcher, 2);
      expect(silent.detail).not.toHaveProperty('task');
      expect(recovered.detail).toMatchObject({ task: last, since: silent.time });
    });
  });
};
