import { describe, expect, it } from '@jest/globals';
import type { AppSpec } from '../../lib/apps/app.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { runTask } from '../../lib/tasks/run.ts';
import { toTask } from '../../lib/tasks/task.ts';
import { appOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';
import { at, contextOf, create, round, statusOf } from '../support/reconcile-context.ts';

describe('bindings', () => {
  const services = [{ name: 'orders', secretName: 'orders-binding' }];

  it('of an app that came by kubectl are made, once', async () => {
    const ports = contextOf({ services });
    ports.stored.set('orders-binding', { uri: 'postgres://orders' });
    ports.setClock(at('12:00:30'));
    expect(await round(ports)).toEqual({ bindingsSynced: 1 });
    expect(ports.stored.get('billing-taskbridge-bindings')?.VCAP_SERVICES).toContain('postgres://orders');
  });

  it('follow a Secret that changes within ten minutes', async () => {
    const ports = contextOf({ services });
    ports.stored.set('orders-binding', { uri: 'postgres://orders' });
    await round(ports);
    ports.stored.set('orders-binding', { uri: 'postgres://moved' });
    for (let minute = 1; minute <= 10; minute += 1) {
      ports.setClock(new Date(at('12:00:30').getTime() + minute * 60_000));
      await round(ports);
    }
    expect(ports.stored.get('billing-taskbridge-bindings')?.VCAP_SERVICES).toContain('postgres://moved');
  });

  it('without their Secret are reported, and tried again', async () => {
    const ports = contextOf({ services });
    expect(await round(ports)).toEqual({ bindingsMissing: 1 });
    ports.stored.set('orders-binding', { uri: 'postgres://orders' });
    expect(await round(ports)).toEqual({ bindingsSynced: 1 });
  });
});

describe('an app that was written past the API', () => {
  const problems = [
    { field: 'labels.taskbridge.dev/app', message: 'Labels of taskbridge.dev are reserved.' },
  ];
  const { spec, ...app } = appOf('billing');

  const readiness = async ({ apps }: MemoryPorts): Promise<string | undefined> => {
    for await (const [found] of apps.all()) return found?.blockingReason;
    return undefined;
  };

  it('is marked once with what is wrong', async () => {
    const ports = memoryPorts({ apps: [{ ...app, problems }] });
    ports.setClock(at('12:00:30'));
    expect(await round(ports)).toEqual({ conditionsUpdated: 1 });
    expect(await readiness(ports)).toBe('labels.taskbridge.dev/app: Labels of taskbridge.dev are reserved.');
    expect(await round(ports)).toEqual({});
  });

  it('is marked once as fixed', async () => {
    const ports = memoryPorts({ apps: [{ ...app, spec, blockingReason: 'image: Missing.' }] });
    ports.setClock(at('12:00:30'));
    expect(await round(ports)).toEqual({ conditionsUpdated: 1 });
    expect(await readiness(ports)).toBeUndefined();
    expect(await round(ports)).toEqual({});
  });
});

describe('the condition of an app of an earlier generation', () => {
  const problems = [{ field: 'image', message: 'Missing.' }];
  const { spec, ...app } = appOf('billing');

  it.each([
    ['is valid', { ...app, spec, readyIsStale: true as const }],
    [
      'is invalid for the same reason',
      { ...app, problems, blockingReason: 'image: Missing.', readyIsStale: true as const },
    ],
  ])('is written once more where it %s', async (_, stale) => {
    const ports = memoryPorts({ apps: [stale] });
    ports.setClock(at('12:00:30'));
    expect(await round(ports)).toEqual({ conditionsUpdated: 1 });
    expect(await round(ports)).toEqual({});
  });
});

describe('the ends of tasks', () => {
  it('are published once, and the job records its last success', async () => {
    const ports = contextOf();
    await create(ports);
    ports.setClock(at('13:02:00'));
    await round(ports);
    const [name = ''] = ports.runs.names();
    ports.runs.becomes(
      name,
      { condition: { status: 'True', reason: 'Succeeded' } },
      { condition: { status: 'True' }, terminated: { exitCode: 0, finishedAt: '2026-11-25T13:03:07Z' } },
    );
    expect(await round(ports)).toEqual({ succeeded: 1 });
    expect((await statusOf(ports)).lastSuccessfulTime).toEqual(at('13:03:07'));
    expect(await round(ports)).toEqual({});
  });
});

describe('maxRunning', () => {
  const run = (ports: MemoryPorts) => runTask(ports, { space: SPACE, app: 'billing', requestedBy: 'ada' });
  const statesOf = async (ports: MemoryPorts) =>
    Promise.all(
      ports.runs.names().map(async (name) => toTask(await ports.runs.get(SPACE, name)).reason ?? 'free'),
    );
  /** The ports, whose runs are admitted only after this check. */
  const withAdmit = (ports: MemoryPorts, check: (name: string) => Promise<void>): MemoryPorts => ({
    ...ports,
    runs: {
      ...ports.runs,
      admit: async (space, name, now) => {
        await check(name);
        return ports.runs.admit(space, name, now);
      },
    },
  });

  it('queues tasks above the limit, and admits the oldest when there is room', async () => {
    const ports = contextOf({ maxRunning: 2 });
    for (const second of [1, 2, 3, 4]) {
      ports.setClock(at(`12:00:0${second}`));
      await run(ports);
    }
    expect(await statesOf(ports)).toEqual(['free', 'free', 'Queued', 'Queued']);
    const [first = '', , third = ''] = ports.runs.names();
    expect(await round(ports)).toEqual({});
    ports.runs.becomes(first, { condition: { status: 'False', reason: 'Failed' } });
    expect(await round(ports)).toMatchObject({ admitted: 1 });
    expect((await ports.runs.get(SPACE, third)).condition?.reason).toBe('Started');
    expect((await statesOf(ports)).at(-1)).toBe('Queued');
  });

  it('is never exceeded by a burst', async () => {
    const ports = contextOf({ maxRunning: 3 });
    await Promise.all(Array.from({ length: 20 }, () => run(ports)));
    await round(ports);
    expect((await statesOf(ports)).filter((state) => state === 'free')).toHaveLength(3);
  });

  it('gives the place of a task that the cluster refuses to the next one', async () => {
    const ports = contextOf({ maxRunning: 1 });
    for (const second of [1, 2, 3]) {
      ports.setClock(at(`12:00:0${second}`));
      await run(ports);
    }
    const [first = '', second = '', third = ''] = ports.runs.names();
    ports.runs.becomes(first, { condition: { status: 'True', reason: 'Succeeded' } });
    const refusing = withAdmit(ports, async (name) => {
      if (name === second) throw new DomainError('invalid', 'Task: the cluster refused it: not that account');
    });
    expect(await round(refusing)).toMatchObject({ admitted: 1, failed: 1 });
    expect((await ports.runs.get(SPACE, second)).condition?.reason).not.toBe('Started');
    expect((await ports.runs.get(SPACE, third)).condition?.reason).toBe('Started');
    expect(ports.logged.map(({ fields }) => fields)).toContainEqual(
      expect.objectContaining({ task: second, why: 'Task: the cluster refused it: not that account' }),
    );
  });

  it('tries no more than ten refused tasks of an app in a minute', async () => {
    const ports = contextOf({ maxRunning: 1 });
    for (let count = 0; count < 20; count += 1) await run(ports);
    const [first = ''] = ports.runs.names();
    ports.runs.becomes(first, { condition: { status: 'False', reason: 'Failed' } });
    const tried: string[] = [];
    const refusing = withAdmit(ports, async (name) => {
      tried.push(name);
      throw new DomainError('invalid', 'refused');
    });
    await round(refusing);
    expect(tried).toHaveLength(10);
  });

  it('lets all go when it is taken away', async () => {
    const ports = contextOf({ maxRunning: 1 });
    await run(ports);
    await run(ports);
    await ports.apps.put(SPACE, 'billing', { image: 'busybox', command: 'true' }, 'nonce');
    expect(await round(ports)).toEqual({ admitted: 1, bindingsSynced: 1 });
  });
});

describe('pendingTimeout', () => {
  const world = async (spec: Partial<AppSpec> = {}) => {
    const ports = contextOf(spec);
    await runTask(ports, { space: SPACE, app: 'billing', requestedBy: 'ada' });
    const [name = ''] = ports.runs.names();
    return { ports, name };
  };

  it('cancels what could not start, and says why', async () => {
    const { ports, name } = await world({ pendingTimeout: 600 });
    ports.runs.becomes(name, {}, { waitingFor: 'Back-off pulling image' });
    ports.setClock(at('12:10:29'));
    expect(await round(ports)).toEqual({});
    ports.setClock(at('12:10:30'));
    expect(await round(ports)).toEqual({ pendingTimeout: 1 });
    ports.runs.becomes(name, { condition: { status: 'False', reason: 'Cancelled' } });
    expect(toTask(await ports.runs.get(SPACE, name))).toMatchObject({
      state: 'cancelled',
      reason: 'PendingTimeout',
    });
  });

  it('leaves what runs', async () => {
    const { ports, name } = await world({ pendingTimeout: 600 });
    ports.runs.becomes(name, {}, { runningSince: '2026-11-25T12:01:00Z' });
    ports.setClock(at('14:00:00'));
    expect(await round(ports)).toEqual({});
  });

  it('is half an hour where the app says nothing', async () => {
    const { ports } = await world();
    ports.setClock(at('12:30:30'));
    expect(await round(ports)).toEqual({ pendingTimeout: 1 });
  });

  it('does not count the time for which a run was queued', async () => {
    const { ports } = await world({ pendingTimeout: 600, maxRunning: 1 });
    await runTask(ports, { space: SPACE, app: 'billing', requestedBy: 'ada' });
    const [first = '', second = ''] = ports.runs.names();
    ports.runs.becomes(first, {}, { runningSince: '2026-11-25T12:00:40Z' });
    ports.setClock(at('13:00:00'));
    expect(await round(ports)).toEqual({});
    ports.runs.becomes(first, { condition: { status: 'False', reason: 'Failed' } });
    await round(ports);
    ports.setClock(at('13:09:59'));
    expect(await round(ports)).toEqual({});
    ports.setClock(at('13:10:00'));
    expect(await round(ports)).toEqual({ pendingTimeout: 1 });
    expect(ports.runs.cancelled()).toEqual([second]);
  });
});
