import { describe, expect, it } from '@jest/globals';
import type { JobStatus } from '../../lib/jobs/job.ts';
import { fireJob } from '../../lib/jobs/run-due.ts';
import { runLater } from '../../lib/jobs/run-later.ts';
import { jobOf, type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { at, contextOf, create, HOURLY, round, statusOf } from '../support/reconcile-context.ts';

const AT_ONE = { at: '2026-11-25 13:00', timeZone: 'UTC' };
const rulesOf = async (ports: MemoryPorts) => (await ports.rules.list()).map(({ expression }) => expression);
const completeOf = async (ports: MemoryPorts, name = 'nightly') =>
  (await statusOf(ports, name)).conditions.find(({ type }) => type === 'Complete')?.reason;
const later = (ports: MemoryPorts, key?: string, more: object = {}) =>
  runLater(ports, { space: SPACE, app: 'billing', ...AT_ONE, idempotencyKey: key, ...more });

/** A job with one run at 13:00, as kubectl made it at a time of the day. */
const byKubectl = (createdAt: string, more: object = {}, status: Partial<JobStatus> = {}) => ({
  ...jobOf('nightly', { schedule: AT_ONE }, status),
  createdAt: at(createdAt).toISOString(),
  ...more,
});

describe('a job that is due once', () => {
  it('runs by its rule, which then goes', async () => {
    const ports = contextOf();
    await create(ports, { schedule: AT_ONE });
    expect(await rulesOf(ports)).toEqual(['cron(0 13 25 NOV ? 2026)']);
    ports.setClock(at('13:00:05'));
    await fireJob(ports, { space: SPACE, job: 'nightly', time: at('13:00:00') });
    expect(await round(ports)).toEqual({ synced: 1, notDue: 1 });
    expect(await rulesOf(ports)).toEqual([]);
    expect(await completeOf(ports)).toBe('Started');
    expect(await round(ports)).toEqual({});
  });

  it('is not run again by a replayed event, by a clock that went back, or by the reconcile', async () => {
    const ports = contextOf();
    await create(ports, { schedule: AT_ONE });
    ports.setClock(at('13:00:05'));
    for (const now of ['13:00:05', '12:59:00', '12:00:00', '13:00:00', '23:00:00']) {
      ports.setClock(at(now));
      await fireJob(ports, { space: SPACE, job: 'nightly', time: at('13:00:00') });
      await round(ports);
    }
    expect(ports.runs.names()).toHaveLength(1);
    expect(await completeOf(ports)).toBe('Started');
  });

  it('is driven by the reconcile where there is no room for a rule', async () => {
    const ports = contextOf();
    ports.rules.busLimit = 0;
    await create(ports, { schedule: AT_ONE });
    ports.setClock(at('13:00:02'));
    expect(await round(ports)).toEqual({ started: 1 });
    expect(await round(ports)).toEqual({ conditionsUpdated: 1 });
    ports.rules.busLimit = 100;
    for (let minute = 10; minute < 60; minute += 1) {
      ports.setClock(at(`13:${minute}:02`));
      expect(await round(ports)).not.toHaveProperty('synced');
    }
    expect(ports.runs.names()).toHaveLength(1);
  });

  it.each<[string, object, string, string | undefined]>([
    ['was made before its minute', byKubectl('12:59:58'), '13:00:20', 'Started'],
    ['was made before it, in an outage of a day', byKubectl('12:00:00'), '23:00:00', 'Started'],
    ['was made after it', byKubectl('13:00:01'), '13:00:20', 'Passed'],
    ['was changed since, when nobody saw it', byKubectl('12:00:00', { generation: 2 }), '13:00:20', 'Passed'],
    ['is not due yet', byKubectl('12:00:00'), '12:30:00', undefined],
  ])('by kubectl that %s', async (_, job, now, is) => {
    const ports = contextOf();
    ports.jobs.add(Object.assign(jobOf('nightly'), job));
    ports.setClock(at(now));
    for (let turn = 0; turn < 4; turn += 1) await round(ports);
    expect(await completeOf(ports)).toBe(is);
    expect(ports.runs.names()).toHaveLength(is === 'Started' ? 1 : 0);
    expect(await rulesOf(ports)).toHaveLength(is === undefined ? 1 : 0);
  });

  it('whose run was missed says so still when it was suspended and resumed', async () => {
    const ports = contextOf();
    await create(ports, { schedule: AT_ONE, startingDeadlineSeconds: 60 });
    ports.setClock(at('14:00:00'));
    expect(await round(ports)).toEqual({ tooLate: 1 });
    await round(ports);
    expect(await completeOf(ports)).toBe('Missed');
    for (const suspend of [true, false]) {
      await ports.jobs.change(await ports.jobs.get(SPACE, 'nightly'), { suspend });
      await round(ports);
    }
    expect(await completeOf(ports)).toBe('Missed');
    expect(ports.runs.names()).toEqual([]);
  });

  it('waits under Forbid for a task of before, and then runs', async () => {
    const ports = contextOf();
    await create(ports, { schedule: { cron: '50 12 * * *', timeZone: 'UTC' }, concurrencyPolicy: 'Forbid' });
    ports.setClock(at('12:50:05'));
    await fireJob(ports, { space: SPACE, job: 'nightly', time: at('12:50:00') });
    const [first = ''] = ports.runs.names();
    await ports.jobs.change(await ports.jobs.get(SPACE, 'nightly'), { schedule: AT_ONE });
    await round(ports);
    ports.setClock(at('13:00:05'));
    await fireJob(ports, { space: SPACE, job: 'nightly', time: at('13:00:00') });
    expect(ports.runs.names()).toHaveLength(1);
    ports.runs.becomes(first, { condition: { status: 'True', reason: 'Succeeded' } });
    ports.setClock(at('13:40:00'));
    await round(ports);
    expect(ports.runs.names()).toHaveLength(2);
  });
});

describe('a job of run-task', () => {
  it('goes when its task is there, which belongs to the app', async () => {
    const ports = contextOf();
    const { name } = await later(ports);
    ports.setClock(at('13:00:05'));
    await fireJob(ports, { space: SPACE, job: name, time: at('13:00:00') });
    expect(await round(ports)).toEqual({ jobsRemoved: 1 });
    expect(ports.jobs.stored(name)).toBeUndefined();
    expect(await rulesOf(ports)).toEqual([]);
    const [run = ''] = ports.runs.names();
    expect(run).toMatch(/^billing-[0-9a-f]{12}$/);
    expect(await ports.runs.find(SPACE, run)).toMatchObject({ ownerUid: 'uid-of-billing' });
    expect(await round(ports)).toEqual({});
  });

  it('is made once for a key, and not for another request', async () => {
    const ports = contextOf();
    const { name } = await later(ports, 'key');
    expect(await later(ports, 'key')).toMatchObject({ name });
    await expect(later(ports, 'key', { command: 'other' })).rejects.toMatchObject({
      fields: [{ field: 'Idempotency-Key' }],
    });
    expect((await later(ports)).name).not.toBe(name);
  });

  it.each([
    ['has passed', { at: '2026-11-25 12:00' }, 'at'],
    ['is for an app that is not there', { app: 'other' }, 'app'],
  ])('that %s is refused, and leaves nothing behind', async (_, more, field) => {
    const ports = contextOf();
    await expect(later(ports, 'key', more)).rejects.toMatchObject({ kind: 'invalid', fields: [{ field }] });
    expect(ports.jobs.writes).toBe(0);
    expect(await rulesOf(ports)).toEqual([]);
  });

  it('without any command is refused', async () => {
    const ports = contextOf({ command: undefined });
    await expect(later(ports)).rejects.toMatchObject({ fields: [{ field: 'command' }] });
    expect(ports.jobs.writes).toBe(0);
  });

  it('stays where somebody gave it a cron, a trigger, or something else just then', async () => {
    const ports = contextOf();
    const [cron, triggered, changed] = [await later(ports), await later(ports), await later(ports)];
    await ports.jobs.change(cron, { schedule: HOURLY });
    const trigger = { bus: 'service', pattern: { source: ['taskbridge.team-a'] } } as const;
    await ports.jobs.change(triggered, { trigger });
    ports.setClock(at('13:05:00'));
    await round(ports);
    const { delete: remove } = ports.jobs;
    ports.jobs.delete = async (job, only) => {
      await ports.jobs.change(await ports.jobs.get(SPACE, job.name), { command: 'bin/more' });
      await remove(job, only);
    };
    await round(ports);
    for (const { name } of [cron, triggered, changed]) expect(ports.jobs.stored(name)).toBeDefined();
    ports.jobs.delete = remove;
    await round(ports);
    expect(ports.jobs.stored(changed.name)).toBeUndefined();
    expect(ports.jobs.stored(cron.name)).toBeDefined();
  });
});
