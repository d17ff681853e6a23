import { beforeEach, describe, expect, it } from '@jest/globals';
import { ANNOTATION, LABEL } from '../../lib/platform/labels.ts';
import { taskName } from '../../lib/platform/names.ts';
import type { RunTaskPorts } from '../../lib/tasks/run.ts';
import { runTask } from '../../lib/tasks/run.ts';
import { appOf, type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const order = { space: SPACE, app: 'billing', requestedBy: 'ada' };

/** Random bytes that count up with each call: the ids of tasks are `bbbbb`, `ccccc` and so on. */
function countingBytes(): RunTaskPorts['random'] {
  const calls = new Map<number, number>();
  return (bytes) => {
    const call = calls.get(bytes) ?? 0;
    calls.set(bytes, call + 1);
    return new Uint8Array(bytes).fill(call);
  };
}

let ports: MemoryPorts;
beforeEach(() => {
  ports = memoryPorts({
    apps: [appOf('billing', { command: 'bin/default' }), appOf('silent')],
    random: countingBytes(),
  });
});

/** Run that already has the name of a task of billing. */
const taken = (id: string, more: { readonly ownerUid?: string } = {}) =>
  ports.runs.add({
    space: SPACE,
    name: taskName('billing', id),
    uid: `uid-of-${id}`,
    deleting: false,
    createdAt: '2026-11-24T20:00:00Z',
    labels: { [LABEL.app]: 'billing', [LABEL.taskId]: id },
    annotations: { [ANNOTATION.nonce]: 'other' },
    ownerUid: 'uid-of-billing',
    ...more,
  });

/** Ports whose creates lose their response: the repository sends each again and finds its run. */
const withLostAnswers = ({ runs, ...others }: MemoryPorts): RunTaskPorts => ({
  ...others,
  runs: {
    ...runs,
    create: async (run) => {
      await runs.create(run);
      return runs.create(run);
    },
  },
});

describe('runTask', () => {
  it.each([
    ["the app's start command", undefined, 'bin/default'],
    ["the request's own command", 'bin/migrate', 'bin/migrate'],
  ])('runs %s', async (_, command, ran) => {
    const { outcome, task } = await runTask(ports, { ...order, command });
    expect(outcome).toBe('started');
    expect(task).toMatchObject({
      name: 'billing-bbbbb',
      id: 'bbbbb',
      app: 'billing',
      command: ran,
      state: 'pending',
      requestedBy: 'ada',
    });
    expect((await ports.runs.get(SPACE, 'billing-bbbbb')).annotations[ANNOTATION.command]).toBe(ran);
  });

  it('refuses when neither app nor request has a command, and starts nothing', async () => {
    await expect(runTask(ports, { ...order, app: 'silent' })).rejects.toMatchObject({
      kind: 'invalid',
      message: 'command: Start command not found on App or Task: give one here, or push the app with one.',
      fields: [{ field: 'command' }],
    });
    expect(ports.runs.names()).toEqual([]);
  });

  it('refuses an unknown app', async () => {
    await expect(runTask(ports, { ...order, app: 'none' })).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('takes another id when a random one is taken', async () => {
    taken('bbbbb');
    taken('ccccc');
    expect((await runTask(ports, order)).task.name).toBe('billing-ddddd');
  });

  it('gives up when five ids are taken, and starts nothing', async () => {
    for (const id of ['bbbbb', 'ccccc', 'ddddd', 'fffff', 'ggggg']) taken(id);
    await expect(runTask(ports, order)).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'No free task id in 5 tries; nothing was started. Try again.',
    });
    expect(ports.runs.names()).toHaveLength(5);
  });

  it.each([
    ['a random id', undefined],
    ['an Idempotency-Key', 'order-1'],
  ])('finds its own run after a lost response: %s', async (_, idempotencyKey) => {
    const { outcome } = await runTask(withLostAnswers(ports), { ...order, idempotencyKey });
    expect(outcome).toBe('started');
    expect(ports.runs.names()).toHaveLength(1);
  });
});

describe('runTask with an Idempotency-Key', () => {
  const once = { ...order, command: 'bin/migrate', name: 'migrate', idempotencyKey: 'order-1' };

  it('returns the same task for a repeat, in its current state', async () => {
    const first = await runTask(ports, once);
    ports.runs.becomes(first.task.name, { condition: { status: 'True', reason: 'Succeeded' } });
    const second = await runTask(ports, once);
    expect(second).toMatchObject({
      outcome: 'repeated',
      task: { name: first.task.name, state: 'succeeded' },
    });
    expect(ports.runs.names()).toEqual([first.task.name]);
  });

  it.each([
    ['another command', { command: 'bin/other' }],
    ['another name', { name: 'other' }],
    ['other resources', { resources: { cpu: 100 } }],
  ])('refuses %s under the same key', async (_, change) => {
    const { task } = await runTask(ports, once);
    await expect(runTask(ports, { ...once, ...change })).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`which became task "${task.name}"`),
      fields: [{ field: 'Idempotency-Key' }],
    });
    expect(ports.runs.names()).toHaveLength(1);
  });

  it('starts another task under another key, and for another app', async () => {
    const tasks = [
      await runTask(ports, once),
      await runTask(ports, { ...once, idempotencyKey: 'order-2' }),
      await runTask(ports, { ...once, app: 'silent' }),
    ];
    expect(tasks.map(({ outcome }) => outcome)).toEqual(['started', 'started', 'started']);
    expect(new Set(ports.runs.names()).size).toBe(3);
  });

  it("returns the same task for a repeat without a command after the app's start command has changed", async () => {
    const withoutCommand = { ...once, command: undefined };
    const first = await runTask(ports, withoutCommand);
    await ports.apps.put(SPACE, 'billing', appOf('billing', { command: 'bin/new' }).spec, 'nonce');
    const second = await runTask(ports, withoutCommand);
    expect([second.outcome, second.task.name]).toEqual(['repeated', first.task.name]);
  });

  it("refuses a name that an earlier app's run still has", async () => {
    const { task } = await runTask(ports, once);
    const earlier = await ports.runs.get(SPACE, task.name);
    ports.runs.add({ ...earlier, ownerUid: 'uid-of-the-app-before', annotations: {} });
    await expect(runTask(ports, once)).rejects.toMatchObject({
      kind: 'conflict',
      message: expect.stringContaining(`The name "${task.name}" is taken by a run that is not this app's`),
    });
  });

  it('refuses a name of a run that Taskbridge did not create', async () => {
    const foreign: RunTaskPorts = {
      ...ports,
      runs: { ...ports.runs, create: async () => ({ outcome: 'exists', run: undefined }) },
    };
    await expect(runTask(foreign, once)).rejects.toMatchObject({ kind: 'conflict' });
  });
});
