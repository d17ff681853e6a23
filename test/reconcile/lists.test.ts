import { describe, expect, it } from '@jest/globals';
import { fireEvent } from '../../lib/events/fire-event.ts';
import { runJob } from '../../lib/jobs/manage.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { ruleName } from '../../lib/schedules/rule-names.ts';
import { runTask } from '../../lib/tasks/run.ts';
import { isQueued } from '../../lib/tasks/task.ts';
import { jobOf, type MemoryPorts, SPACE } from '../support/memory-ports.ts';
import { at, contextOf, create, round, statusOf } from '../support/reconcile-context.ts';

/** As `round` gives the reconcile: it may list until 12:00:55, and begin work until 12:01:20. */
const ROUND_MS = 50_000;
const START = at('13:02:00');

const outOfReach = () => new DomainError('unavailable', 'The cluster is out of reach (503). Try again.');

/** The list, which fails for so many ms from now on; each failure takes a second. */
const failingFor = <T>(
  ports: MemoryPorts,
  ms: number,
  all: () => AsyncIterable<readonly T[]>,
  error: () => Error = outOfReach,
) => {
  const end = ports.now().getTime() + ms;
  return async function* (): AsyncGenerator<readonly T[]> {
    if (ports.now().getTime() < end) {
      // A part of the list has come by then.
      yield [];
      await ports.wait(1_000);
      throw error();
    }
    yield* all();
  };
};

const withApps = (ports: MemoryPorts, ms: number, error?: () => Error): MemoryPorts => ({
  ...ports,
  apps: { ...ports.apps, all: failingFor(ports, ms, ports.apps.all, error) },
});
const withJobs = (ports: MemoryPorts, ms: number, error?: () => Error): MemoryPorts => ({
  ...ports,
  jobs: { ...ports.jobs, all: failingFor(ports, ms, ports.jobs.all, error) },
});

/** A scheduled job that is overdue, and a rule whose job is gone. */
async function overdue(): Promise<MemoryPorts> {
  const ports = contextOf();
  await create(ports);
  const rule = { expression: 'cron(1 * * * ? *)', enabled: true, space: SPACE, job: 'gone' };
  ports.rules.stored.set(ruleName(ports.stage, SPACE, 'gone', 0), rule);
  ports.setClock(START);
  ports.metrics.take('catch-up');
  return ports;
}

const isCompleted = ({ metrics }: MemoryPorts): boolean => 'ReconcileCompleted' in metrics.take('catch-up');
const jobRun = async (ports: MemoryPorts) =>
  (await runJob(ports, { space: SPACE, job: 'nightly', requestedBy: 'ada' })).task.name;
const ownRun = async (ports: MemoryPorts) =>
  (await runTask(ports, { space: SPACE, app: 'billing', requestedBy: 'ada' })).task.name;
const end = (ports: MemoryPorts, name: string): void =>
  ports.runs.becomes(
    name,
    { condition: { status: 'True', reason: 'Succeeded' } },
    { condition: { status: 'True' }, terminated: { exitCode: 0, finishedAt: '2026-11-25T13:01:59Z' } },
  );

describe('a hiccup of the cluster while the reconcile lists', () => {
  it.each([
    ['Apps', withApps],
    ['Jobs', withJobs],
  ])('the %s costs no minute', async (_, failing) => {
    const ports = await overdue();
    expect(await round(failing(ports, 4_000))).toEqual({ retried: 3, started: 1, rulesRemoved: 1 });
    expect(isCompleted(ports)).toBe(true);
  });

  it('both is over within the half of its time', async () => {
    const ports = await overdue();
    const both = withApps(withJobs(ports, 24_000), 24_000);
    expect(await round(both)).toMatchObject({ started: 1, rulesRemoved: 1 });
    expect(isCompleted(ports)).toBe(true);
  });

  it('begins a list anew whose beginning the cluster has forgotten', async () => {
    const ports = await overdue();
    const gone = () => new DomainError('gone', 'The list has expired.');
    expect(await round(withJobs(ports, 500, gone))).toEqual({ retried: 1, started: 1, rulesRemoved: 1 });
  });

  it('is not retried where the list is rejected, or after an internal error', async () => {
    const ports = await overdue();
    const forbidden = () => new Error("The Jobs of the cluster can't be listed: forbidden");
    expect(await round(withJobs(ports, 1, forbidden))).toEqual({ errors: 1 });
    expect(isCompleted(ports)).toBe(false);
  });
});

describe('where the Apps can’t be listed in time', () => {
  it('jobs run and rules without a job are removed all the same', async () => {
    const ports = await overdue();
    const counts = await round(withApps(ports, ROUND_MS));
    expect(counts).toMatchObject({ failed: 1, started: 1, rulesRemoved: 1 });
    expect(counts).not.toHaveProperty('deferred');
    expect(isCompleted(ports)).toBe(false);
  });

  it('no list takes more than half of the time', async () => {
    const ports = await overdue();
    await round(withApps(ports, ROUND_MS));
    expect(ports.now().getTime() - START.getTime()).toBeLessThanOrEqual(ROUND_MS / 2);
  });

  it('no job is marked as without its app', async () => {
    const ports = await overdue();
    // Nothing is due: its conditions are all that a minute could write.
    ports.setClock(at('12:30:00'));
    await round(withApps(ports, ROUND_MS));
    expect((await statusOf(ports)).conditions).not.toContainEqual(
      expect.objectContaining({ reason: 'AppGone' }),
    );
  });

  it('a Job that came by kubectl gets its rules', async () => {
    const ports = contextOf({}, [jobOf('nightly', { schedule: { cron: '0 * * * *', timeZone: 'UTC' } })]);
    expect(await round(withApps(ports, ROUND_MS))).toMatchObject({ synced: 1 });
    expect(await ports.rules.list()).toHaveLength(1);
  });
});

describe('where the Jobs can’t be listed in time', () => {
  it('no rule is removed, though none seems to have a job', async () => {
    const ports = await overdue();
    const counts = await round(withJobs(ports, ROUND_MS));
    expect(counts).toMatchObject({ failed: 1 });
    expect(counts).not.toHaveProperty('rulesRemoved');
    expect(await ports.rules.list()).toHaveLength(2);
    expect(isCompleted(ports)).toBe(false);
  });

  it('ends of an app’s own tasks are published, and those of jobs wait for their jobs', async () => {
    const ports = contextOf();
    await create(ports, { schedule: undefined });
    const [own, ofJob] = [await ownRun(ports), await jobRun(ports)];
    for (const name of [own, ofJob]) end(ports, name);
    expect(await round(withJobs(ports, ROUND_MS))).toMatchObject({ succeeded: 1 });
    expect(ports.bus.reported.map(({ detail }) => detail.name)).toEqual([own]);
    await round(ports);
    expect(ports.bus.reported.map(({ detail }) => detail.name)).toEqual([own, ofJob]);
    expect((await statusOf(ports)).lastSuccessfulTime).toEqual(at('13:01:59'));
  });
});

describe('a task that waits for its turn', () => {
  it('waits on where the Jobs can’t be listed in time', async () => {
    const trigger = { bus: 'service', pattern: { source: ['shop.orders'] } } as const;
    const ports = contextOf({}, [jobOf('report', { trigger, concurrencyPolicy: 'Forbid' })]);
    const fire = (id: string) => {
      const facts = { id, source: 'shop.orders', detailType: 'Order Placed', time: '2026-11-25T12:00:30Z' };
      return fireEvent(ports, {
        ...{ space: SPACE, job: 'report' },
        event: { facts: { ...facts, detail: {} }, json: '{}' },
      });
    };
    const [, { task = '' }] = [await fire('1'), await fire('2')];
    const isWaiting = () => isQueued(ports.runs.stored(task) ?? {});
    await round(withJobs(ports, ROUND_MS));
    expect(isWaiting()).toBe(true);
    for (const name of ports.runs.names()) if (name !== task) end(ports, name);
    await round(ports);
    expect(isWaiting()).toBe(false);
  });
});

describe('where neither can be listed in time', () => {
  it('the reconcile throws, and has changed nothing', async () => {
    const ports = await overdue();
    const neither = withApps(withJobs(ports, ROUND_MS), ROUND_MS);
    await expect(round(neither)).rejects.toMatchObject({ kind: 'unavailable' });
    expect([ports.runs.names(), (await ports.rules.list()).length]).toEqual([[], 2]);
  });
});

describe('a part of the work that finds the cluster out of reach', () => {
  const firstFails = (ports: MemoryPorts, times: number): MemoryPorts => {
    let calls = 0;
    return {
      ...ports,
      runs: {
        ...ports.runs,
        create: async (run) => {
          calls += 1;
          if (calls <= times) throw outOfReach();
          return ports.runs.create(run);
        },
      },
    };
  };

  it('is done again in the same minute', async () => {
    const ports = await overdue();
    expect(await round(firstFails(ports, 1))).toEqual({ retried: 1, started: 1, rulesRemoved: 1 });
  });

  it('is left for the next minute after the second time', async () => {
    const ports = await overdue();
    expect(await round(firstFails(ports, 2))).toEqual({ retried: 1, failed: 1, rulesRemoved: 1 });
    expect(await round(ports)).toEqual({ started: 1 });
  });
});
