import { describe, expect, it } from '@jest/globals';
import { LABEL } from '../../lib/platform/labels.ts';
import type { Condition } from '../../lib/tasks/task.ts';
import { type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { at, contextOf, create, round, statusOf } from '../support/reconcile-context.ts';
import { run } from '../support/task-situations.ts';

const names = (ports: MemoryPorts) =>
  ports.bus.reported.flatMap(({ detailType, detail }) =>
    detailType.startsWith('Job ') ? [`${detailType} ${detail.task}`] : [],
  );
const ids = (ports: MemoryPorts) =>
  ports.bus.reported.flatMap(({ detailType, detail }) =>
    detailType.startsWith('Job ') ? [detail.eventId] : [],
  );

const FAILED = { status: 'False', reason: 'Failed' } as const;
const SUCCEEDED = { status: 'True', reason: 'Succeeded' } as const;
const CANCELLED = { status: 'False', reason: 'Cancelled' } as const;

/** Adds a run of the job that ended, at a second after noon. */
const ended = (ports: MemoryPorts, ownerUid: string, name: string, condition: Condition): void => {
  const second = name.slice(-1).padStart(2, '0');
  const completedAt = `2026-11-25T12:00:${second}Z`;
  const labels = { [LABEL.app]: 'billing', [LABEL.job]: 'nightly' };
  ports.runs.add({
    ...{ ...run(), space: SPACE, name, ownerUid, createdAt: completedAt },
    ...{ completedAt, labels, condition },
  });
};

/** Ports with a job, which has no run. */
const withJob = async () => {
  const ports = contextOf();
  await create(ports);
  const { uid } = await ports.jobs.get(SPACE, 'nightly');
  return { ports, uid };
};

/** Ports on which the status of a job that was published can't be written. */
const withoutRecord = (ports: MemoryPorts): MemoryPorts => ({
  ...ports,
  jobs: {
    ...ports.jobs,
    writeStatus: (job, change) =>
      change.health !== undefined && change.conditions === undefined
        ? Promise.reject(new Error('The cluster is out of reach.'))
        : ports.jobs.writeStatus(job, change),
  },
});

describe('the health events of a job', () => {
  it('are published in order, each after the one before was recorded', async () => {
    const { ports, uid } = await withJob();
    const ends = [FAILED, FAILED, SUCCEEDED, FAILED, SUCCEEDED, SUCCEEDED];
    for (const [index, condition] of ends.entries()) ended(ports, uid, `r-${index}`, condition);
    await round(ports);
    await round(ports);
    expect(names(ports)).toEqual([
      'Job Failing r-0',
      'Job Recovered r-2',
      'Job Failing r-3',
      'Job Recovered r-4',
    ]);
    expect((await statusOf(ports)).health?.unreported).toEqual([]);
  });

  it('are published again, under the same id, when that could not be recorded', async () => {
    const { ports, uid } = await withJob();
    ended(ports, uid, 'r-0', FAILED);
    ended(ports, uid, 'r-1', SUCCEEDED);
    await round(withoutRecord(ports)).catch(() => undefined);
    await round(ports);
    expect(names(ports)).toEqual(['Job Failing r-0', 'Job Failing r-0', 'Job Recovered r-1']);
    expect(new Set(ids(ports)).size).toBe(2);
    expect((await statusOf(ports)).consecutiveFailures).toBe(0);
  });

  it('are none of a cancelled task, of another owner and of a job that only succeeds', async () => {
    const { ports, uid } = await withJob();
    ended(ports, uid, 'r-0', SUCCEEDED);
    ended(ports, uid, 'r-1', CANCELLED);
    ended(ports, 'of-another', 'r-2', FAILED);
    await round(ports);
    expect(names(ports)).toEqual([]);
    expect((await statusOf(ports)).lastSuccessfulTime).toEqual(at('12:00:00'));
  });

  it('have a reason that a condition may have, whatever a TaskRun says', async () => {
    const { ports, uid } = await withJob();
    ended(ports, uid, 'r-0', { status: 'False', reason: 'Not a reason, but a sentence.' });
    await round(ports);
    expect(ports.bus.reported.at(-1)?.detail).toMatchObject({ task: 'r-0', reason: 'Failed' });
    expect((await statusOf(ports)).conditions).toContainEqual(
      expect.objectContaining({ type: 'Healthy', reason: 'Failed' }),
    );
  });

  it('come in the minute in which a success is overdue', async () => {
    const ports = contextOf();
    await create(ports, { expectWithin: 3_600 });
    await round(ports);
    ports.setClock(at('12:59:00'));
    await round(ports);
    expect(names(ports)).toEqual([]);
    ports.setClock(at('13:01:00'));
    await round(ports);
    await round(ports);
    expect(names(ports)).toEqual(['Job Silent undefined']);
  });
});
