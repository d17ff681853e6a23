import { beforeEach, describe, expect, it } from '@jest/globals';
import { LABEL } from '../../lib/platform/labels.ts';
import type { Ports } from '../../lib/platform/wiring.ts';
import { terminateTask } from '../../lib/tasks/terminate.ts';
import { type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

let ports: MemoryPorts;
beforeEach(() => {
  ports = memoryPorts();
});

const add = (name: string, id: string) =>
  ports.runs.add({
    space: SPACE,
    name,
    uid: `uid-of-${name}`,
    deleting: false,
    createdAt: '2026-11-24T21:00:00Z',
    labels: { [LABEL.app]: 'billing', [LABEL.taskId]: id },
    annotations: {},
    ownerUid: 'uid-of-billing',
  });

const RUNNING = { condition: { status: 'Unknown', reason: 'Running' } } as const;
const SUCCEEDED = { condition: { status: 'True', reason: 'Succeeded' } } as const;
const FAILED = { condition: { status: 'False', reason: 'Failed' } } as const;

describe('terminateTask', () => {
  it.each([
    ['its name', { space: SPACE, task: 'billing-bcdfg' }],
    ['its app and id', { space: SPACE, app: 'billing', id: 'bcdfg' }],
  ])('cancels a task by %s', async (_, ref) => {
    add('billing-bcdfg', 'bcdfg');
    ports.runs.becomes('billing-bcdfg', RUNNING, { runningSince: '2026-11-24T21:00:03Z' });
    expect(await terminateTask(ports, ref)).toMatchObject({ name: 'billing-bcdfg', state: 'running' });
    expect(ports.runs.cancelled()).toEqual(['billing-bcdfg']);
  });

  it('cancels no run that is not found, since it may be of others', async () => {
    let cancels = 0;
    const cancel = async () => {
      cancels += 1;
      return 'gone' as const;
    };
    const of = { ...ports, runs: { ...ports.runs, cancel } };
    await expect(terminateTask(of, { space: SPACE, task: 'theirs' })).rejects.toMatchObject({
      kind: 'notFound',
    });
    expect(cancels).toBe(0);
  });

  it('waits until Tekton names the TaskRun, which a cancel would miss before', async () => {
    add('billing-bcdfg', 'bcdfg');
    const slow: Ports = {
      ...ports,
      wait: async (ms) => {
        await ports.wait(ms);
        expect(ports.runs.cancelled()).toEqual([]);
        if (ports.now().getTime() - began >= 200) ports.runs.becomes('billing-bcdfg', RUNNING, {});
      },
    };
    const began = ports.now().getTime();
    await terminateTask(slow, { space: SPACE, task: 'billing-bcdfg' });
    expect([ports.runs.cancelled(), ports.now().getTime() - began]).toEqual([['billing-bcdfg'], 200]);
  });

  it('cancels even if no TaskRun is named within five seconds', async () => {
    add('billing-bcdfg', 'bcdfg');
    const began = ports.now().getTime();
    await terminateTask(ports, { space: SPACE, task: 'billing-bcdfg' });
    expect([ports.runs.cancelled(), ports.now().getTime() - began]).toEqual([['billing-bcdfg'], 5000]);
  });

  it('does not wait for the TaskRun of a queued task', async () => {
    add('billing-bcdfg', 'bcdfg');
    ports.runs.becomes('billing-bcdfg', { condition: { status: 'Unknown', reason: 'PipelineRunPending' } });
    const began = ports.now().getTime();
    await terminateTask(ports, { space: SPACE, task: 'billing-bcdfg' });
    expect([ports.runs.cancelled(), ports.now().getTime() - began]).toEqual([['billing-bcdfg'], 0]);
  });

  it('may be repeated while the task is ending', async () => {
    add('billing-bcdfg', 'bcdfg');
    await terminateTask(ports, { space: SPACE, task: 'billing-bcdfg' });
    await terminateTask(ports, { space: SPACE, task: 'billing-bcdfg' });
    expect(ports.runs.cancelled()).toEqual(['billing-bcdfg']);
  });

  it.each([
    ['succeeded', SUCCEEDED],
    ['failed', FAILED],
    ['cancelled', { condition: { status: 'False', reason: 'Cancelled' } } as const],
    ['timedOut', { condition: { status: 'False', reason: 'PipelineRunTimeout' } } as const],
  ])('refuses a task that has %s, with its state', async (state, ended) => {
    add('billing-bcdfg', 'bcdfg');
    ports.runs.becomes('billing-bcdfg', ended);
    await expect(terminateTask(ports, { space: SPACE, task: 'billing-bcdfg' })).rejects.toMatchObject({
      kind: 'conflict',
      message: `Task "billing-bcdfg" can't be terminated: it has ended already, its state is ${state}.`,
    });
    expect(ports.runs.cancelled()).toEqual([]);
  });

  it('succeeds when the cancel is repeated after a lost response', async () => {
    add('billing-bcdfg', 'bcdfg');
    const repeating: Ports = {
      ...ports,
      runs: {
        ...ports.runs,
        cancel: async (space, name) => {
          await ports.runs.cancel(space, name);
          ports.runs.becomes(name, { condition: { status: 'False', reason: 'Cancelled' } });
          return ports.runs.cancel(space, name);
        },
      },
    };
    expect(await terminateTask(repeating, { space: SPACE, task: 'billing-bcdfg' })).toMatchObject({
      name: 'billing-bcdfg',
      state: 'cancelled',
    });
  });

  it('refuses a task that ends by itself just before the cancel', async () => {
    add('billing-bcdfg', 'bcdfg');
    const racing: Ports = {
      ...ports,
      runs: {
        ...ports.runs,
        cancel: (space, name) => {
          ports.runs.becomes(name, SUCCEEDED);
          return ports.runs.cancel(space, name);
        },
      },
    };
    await expect(terminateTask(racing, { space: SPACE, task: 'billing-bcdfg' })).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining('its state is succeeded'),
    });
  });

  it('requires the name when two tasks have the id', async () => {
    add('nightly-29401920', '29401920');
    add('hourly-29401920', '29401920');
    await expect(
      terminateTask(ports, { space: SPACE, app: 'billing', id: '29401920' }),
    ).rejects.toMatchObject({
      kind: 'conflict',
      message:
        'App "billing" has 2 tasks with the id "29401920": name one of hourly-29401920, nightly-29401920.',
    });
    expect(ports.runs.cancelled()).toEqual([]);
  });

  it.each([
    ['name', { space: SPACE, task: 'billing-none' }, 'Task "billing-none" is not in space "team-a".'],
    [
      'id',
      { space: SPACE, app: 'billing', id: 'none' },
      'No task found for app "billing" and task id "none".',
    ],
  ])('finds no task of an unknown %s', async (_, ref, message) => {
    await expect(terminateTask(ports, ref)).rejects.toMatchObject({ kind: 'notFound', message });
  });
});
