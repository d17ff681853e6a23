import { describe, expect, it } from '@jest/globals';
import { backfill } from '../../lib/jobs/backfill.ts';
import type { ConcurrencyPolicy, JobStatus } from '../../lib/jobs/job.ts';
import { runDue } from '../../lib/jobs/run-due.ts';
import { ANNOTATION } from '../../lib/platform/labels.ts';
import { runTask } from '../../lib/tasks/run.ts';
import { at, nameAt, portsWith, RUNNING, run } from '../support/every-minute-job.ts';
import { type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { round } from '../support/reconcile-context.ts';

const ENDED = { condition: { status: 'True' as const, reason: 'Succeeded' } };
const [FIRST, SECOND, THIRD] = ['10:00:00', '10:01:00', '10:02:00'].map(nameAt);

/** An every-minute job that ran at 11:58 and has three runs of a backfill, at 11:58:30. */
async function backfilled(
  policy: ConcurrencyPolicy,
  { maxRunning, ...status }: { maxRunning?: number } & Partial<JobStatus> = {},
): Promise<MemoryPorts> {
  const ports = portsWith(policy, '11:58:30', { status });
  await backfillOf(ports, maxRunning);
  return ports;
}
async function backfillOf(ports: MemoryPorts, maxRunning?: number): Promise<void> {
  const range = { from: '2026-11-25T10:00:00Z', to: '2026-11-25T10:02:00Z' };
  await backfill(ports, {
    space: SPACE,
    job: 'nightly',
    requestedBy: 'ada',
    again: true,
    maxRunning,
    ...range,
  });
}
const admitted = (ports: MemoryPorts): readonly (string | undefined)[] =>
  [FIRST, SECOND, THIRD].filter(
    (name = '') => ports.runs.stored(name)?.condition?.reason !== 'PipelineRunPending',
  );
const reserved = (ports: MemoryPorts): readonly (string | undefined)[] =>
  [FIRST, SECOND, THIRD].filter(
    (name = '') =>
      ports.runs.stored(name)?.condition?.reason === 'PipelineRunPending' &&
      ports.runs.stored(name)?.annotations[ANNOTATION.admittedAt] !== undefined,
  );

describe('the runs of a backfill', () => {
  it('are admitted up to its limit, the oldest occurrence first, and the next one after an end', async () => {
    const ports = await backfilled('Always', { maxRunning: 2 });
    await round(ports);
    expect(admitted(ports)).toEqual([FIRST, SECOND]);
    await round(ports);
    expect(admitted(ports)).toEqual([FIRST, SECOND]);
    ports.runs.becomes(FIRST ?? '', ENDED);
    await round(ports);
    expect(admitted(ports)).toEqual([FIRST, SECOND, THIRD]);
  });

  it('hold back no other task of their app', async () => {
    const ports = portsWith('Always', '11:58:30', { app: { maxRunning: 1 } });
    await backfillOf(ports);
    const { task } = await runTask(ports, { space: SPACE, app: 'billing', requestedBy: 'ada' });
    expect(ports.runs.stored(task.name)?.condition?.reason).not.toBe('PipelineRunPending');
  });

  it('that were cancelled before they started are deleted, without an event', async () => {
    const ports = await backfilled('Always', { maxRunning: 1 });
    await round(ports);
    for (const name of [FIRST, SECOND])
      ports.runs.becomes(name ?? '', { condition: { status: 'False', reason: 'Cancelled' } });
    await round(ports);
    expect(ports.runs.names()).toEqual(expect.arrayContaining([FIRST, THIRD]));
    expect(ports.runs.names()).not.toContain(SECOND);
    expect(ports.bus.reported.map(({ detail }) => detail.name)).toEqual([FIRST]);
  });

  it('do not move the time of the last success', async () => {
    const ports = await backfilled('Always');
    await round(ports);
    ports.runs.becomes(FIRST ?? '', ENDED, {
      terminated: { exitCode: 0, finishedAt: '2026-11-25T11:59:00Z' },
    });
    await round(ports);
    expect((await ports.jobs.get(SPACE, 'nightly')).status.lastSuccessfulTime).toBeUndefined();
    expect(ports.bus.reported).toMatchObject([{ detail: { name: FIRST, backfill: true } }]);
  });
});

describe('under Forbid', () => {
  it('one goes at a time', async () => {
    const ports = await backfilled('Forbid');
    await round(ports);
    await round(ports);
    expect(admitted(ports)).toEqual([FIRST]);
    ports.runs.becomes(FIRST ?? '', ENDED);
    await round(ports);
    expect(admitted(ports)).toEqual([FIRST, SECOND]);
  });

  it('none goes while an occurrence is due, a lease is there or another task runs', async () => {
    const due = await backfilled('Forbid');
    due.setClock(at('11:59:05'));
    await round(due);
    const leased = await backfilled('Forbid', { lease: { occurrence: at('11:58:00'), replaces: [] } });
    leased.setClock(at('11:58:31'));
    await round(leased);
    const busy = await backfilled('Forbid');
    busy.setClock(at('11:59:05'));
    await run(busy);
    busy.runs.becomes(nameAt('11:59:00'), RUNNING);
    await round(busy);
    expect([due, leased, busy].map(admitted)).toEqual([[], [], []]);
    expect([due, leased, busy].map(reserved)).toEqual([[], [], []]);
  });

  it('an occurrence does not see those that wait, and waits for the one that runs', async () => {
    const waiting = await backfilled('Forbid');
    waiting.setClock(at('11:59:05'));
    expect(await run(waiting)).toEqual(['started 11:59']);
    const running = await backfilled('Forbid');
    await round(running);
    running.setClock(at('11:59:05'));
    expect(await run(running)).toEqual(['waiting 11:59']);
    running.runs.becomes(FIRST ?? '', ENDED);
    await round(running);
    expect(admitted(running)).toEqual([FIRST]);
    expect(await run(running)).toEqual(['started 11:59']);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'never two start when an occurrence comes at call %i of the admission',
    async (call) => {
      const ports = await backfilled('Forbid');
      let calls = 0;
      const interleaved = async () => {
        calls += 1;
        if (calls !== call) return;
        ports.setClock(at('11:59:00'));
        await runDue(ports, { space: SPACE, job: 'nightly', moment: at('11:59:00'), timeoutMs: 0 });
      };
      const { find } = ports.jobs;
      const { list, reserve, admit } = ports.runs;
      const beforeCalling =
        <A extends readonly unknown[], R>(next: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          await interleaved();
          return next(...args);
        };
      const around = {
        ...ports,
        jobs: { ...ports.jobs, find: beforeCalling(find) },
        runs: {
          ...ports.runs,
          list: beforeCalling(list),
          reserve: beforeCalling(reserve),
          admit: beforeCalling(admit),
        },
      };
      await round(around);
      const started = [
        ...admitted(ports),
        ...ports.runs.names().filter((name) => name === nameAt('11:59:00')),
      ];
      expect(started.length).toBeLessThanOrEqual(1);
      // Whatever gave way goes in one of the next minutes.
      ports.setClock(at('11:59:30'));
      await round(ports);
      await run(ports);
      expect(admitted(ports).length + Number(ports.runs.names().includes(nameAt('11:59:00')))).toBe(1);
    },
  );
});

describe('under Replace', () => {
  it('an occurrence neither cancels nor counts them', async () => {
    const ports = await backfilled('Replace');
    await round(ports);
    expect(admitted(ports)).toEqual([FIRST, SECOND, THIRD]);
    ports.setClock(at('11:59:05'));
    expect(await run(ports)).toEqual(['started 11:59']);
    expect(ports.runs.cancelled()).toEqual([]);
  });
});
