import { beforeEach, describe, expect, it } from '@jest/globals';
import { LABEL } from '../../lib/platform/labels.ts';
import { taskName } from '../../lib/platform/names.ts';
import { getTask } from '../../lib/tasks/find.ts';
import type { TerminatePorts } from '../../lib/tasks/terminate.ts';
import { terminateTask } from '../../lib/tasks/terminate.ts';
import { type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

let ports: MemoryPorts;
beforeEach(() => {
  ports = memoryPorts();
});

const add = (name: string, id: string, labels: Readonly<Record<string, string>> = {}) =>
  ports.runs.add({
    space: SPACE,
    name,
    uid: `uid-of-${name}`,
    deleting: false,
    createdAt: '2026-11-24T21:00:00Z',
    labels: { [LABEL.app]: 'billing', [LABEL.taskId]: id, ...labels },
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

  it('returns the end of the log, which it reads before the pod is deleted', async () => {
    add('billing-bcdfg', 'bcdfg');
    ports.runs.becomes('billing-bcdfg', RUNNING, { pod: 'pod', runningSince: '2026-11-24T21:00:03Z' });
    ports.pods.set('pod', [{ time: '01795554003.000000000', text: 'last words' }]);
    const cancelled: (readonly string[])[] = [];
    const logs: TerminatePorts['logs'] = {
      read: (...of) => {
        cancelled.push(ports.runs.cancelled());
        return ports.logs.read(...of);
      },
    };
    const ref = { space: SPACE, task: 'billing-bcdfg' };
    expect(await terminateTask({ ...ports, logs }, ref)).toMatchObject({ log: 'last words\n' });
    expect([cancelled, ports.runs.cancelled()]).toEqual([[[]], ['billing-bcdfg']]);
  });

  it.each<[string, object, TerminatePorts['logs']['read']]>([
    ['has no pod', {}, () => Promise.reject(new Error('read without a pod'))],
    ['has lost its pod', { pod: 'pod' }, async () => 'gone'],
    ['has a log that can’t be read', { pod: 'pod' }, () => Promise.reject(new Error('out of reach'))],
  ])('cancels a task that %s, and returns no log', async (_, taskRun, read) => {
    add('billing-bcdfg', 'bcdfg');
    ports.runs.becomes('billing-bcdfg', RUNNING, taskRun);
    const task = await terminateTask({ ...ports, logs: { read } }, { space: SPACE, task: 'billing-bcdfg' });
    expect(task).not.toHaveProperty('log');
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
    const slow: TerminatePorts = {
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
      kind: 'ended',
      message: `Task "billing-bcdfg" has already ended (${state}).`,
    });
    expect(ports.runs.cancelled()).toEqual([]);
  });

  it('succeeds when the cancel is repeated after a lost response', async () => {
    add('billing-bcdfg', 'bcdfg');
    const repeating: TerminatePorts = {
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
    const racing: TerminatePorts = {
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
      kind: 'ended',
      message: expect.stringContaining('has already ended (succeeded)'),
    });
  });

  describe('by app and id', () => {
    const LONG = 'a'.repeat(60);
    beforeEach(() => {
      add('billing-bcdfg', 'bcdfg');
      for (const job of ['nightly', 'hourly']) add(`${job}-29401920`, '29401920', { [LABEL.job]: job });
      add(taskName(LONG, 'bcdfg'), 'bcdfg', { [LABEL.app]: LONG });
    });

    it.each([
      ['an own task by its id', 'billing', 'bcdfg', 'billing-bcdfg'],
      ['an own task by its name', 'billing', 'billing-bcdfg', 'billing-bcdfg'],
      ['an own task of an app whose name is cut in it', LONG, 'bcdfg', taskName(LONG, 'bcdfg')],
      ['the task of one of two jobs at one minute', 'billing', 'hourly-29401920', 'hourly-29401920'],
    ])('finds %s', async (_, app, id, name) => {
      expect((await terminateTask(ports, { space: SPACE, app, id })).name).toBe(name);
      expect(ports.runs.cancelled()).toEqual([name]);
    });

    it.each([
      ['the minute of two jobs', 'billing', '29401920'],
      ['a task of another app', 'orders', 'billing-bcdfg'],
    ])('finds no task by %s', async (_, app, id) => {
      const found = terminateTask(ports, { space: SPACE, app, id });
      await expect(found).rejects.toMatchObject({ kind: 'notFound' });
      expect(ports.runs.cancelled()).toEqual([]);
    });

    it('has an id for each task that finds it alone', async () => {
      const { items } = await ports.runs.list(SPACE, {}, { limit: 10 });
      for (const { name, labels } of items) {
        const { id } = await getTask(ports, { space: SPACE, task: name });
        const app = labels[LABEL.app] ?? '';
        expect((await terminateTask(ports, { space: SPACE, app, id })).name).toBe(name);
      }
    });
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
