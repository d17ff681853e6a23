import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError } from '../../lib/platform/errors.ts';
import { LABEL } from '../../lib/platform/labels.ts';
import type { LogResponse } from '../../lib/tasks/log-page.ts';
import type { LogPorts } from '../../lib/tasks/logs.ts';
import { readLogs } from '../../lib/tasks/logs.ts';
import { randomFrom, randomLog } from '../support/growing-log.ts';
import { startLogGroup } from '../support/log-group.ts';
import type { LogLine } from '../support/memory-logs.ts';
import { type MemoryPorts, memoryPorts, SPACE } from '../support/memory-ports.ts';

const TASK = 'billing-bcdfg';
const POD = `${TASK}-task-pod`;
const at = (second: number, text: string): LogLine => ({
  time: `${String(second).padStart(11, '0')}.000000000`,
  text,
});
const textOf = (lines: readonly LogLine[]): string => lines.map(({ text }) => `${text}\n`).join('');

let ports: MemoryPorts;
beforeEach(() => {
  ports = memoryPorts();
  ports.runs.add({
    space: SPACE,
    name: TASK,
    uid: 'uid-of-the-run',
    deleting: false,
    createdAt: '2026-11-24T21:00:00Z',
    labels: { [LABEL.app]: 'billing', [LABEL.taskId]: 'bcdfg' },
    annotations: {},
    ownerUid: 'uid-of-billing',
  });
});

const runs = () =>
  ports.runs.becomes(
    TASK,
    { condition: { status: 'Unknown' } },
    { pod: POD, runningSince: '2026-11-24T21:00:03Z' },
  );
const ends = (reason: string) =>
  ports.runs.becomes(TASK, { condition: { status: 'False', reason } }, { pod: POD });

const read = (query: { tail?: number; cursor?: string | undefined } = {}) =>
  readLogs(ports, { space: SPACE, task: TASK, ...query });

/** Text of all pages after `answer`, until the end of the log. */
async function goOn(answer: LogResponse): Promise<string> {
  if (!answer.more) return answer.log;
  return answer.log + (await goOn(await read({ cursor: answer.cursor })));
}

describe('the log of a task', () => {
  it.each([
    ['that has no pod yet', () => undefined],
    [
      'whose container waits to start',
      () => {
        ports.pods.set(POD, 'notStarted');
        ports.runs.becomes(TASK, {}, { pod: POD });
      },
    ],
  ])('%s is empty, with its state', async (_, arrange) => {
    arrange();
    expect(await read()).toEqual({ task: TASK, state: 'pending', log: '', more: false });
  });

  it('continues from each cursor', async () => {
    runs();
    ports.pods.set(POD, [at(5, 'one')]);
    const first = await read();
    expect(first).toMatchObject({ state: 'running', log: 'one\n', more: false });

    const second = await read({ cursor: first.cursor });
    expect(second).toMatchObject({ log: '', cursor: first.cursor });

    ports.pods.set(POD, [at(5, 'one'), at(5, 'two'), at(9, 'three')]);
    expect(await read({ cursor: second.cursor })).toMatchObject({ log: 'two\nthree\n' });
  });

  it('of some megabytes comes in pages of 1 MiB, without a lost or duplicate line', async () => {
    runs();
    const lines = Array.from({ length: 3000 }, (_, index) =>
      at(5 + Math.floor(index / 700), `${index} ${'x'.repeat(1000)}`),
    );
    ports.pods.set(POD, lines);
    const first = await read();
    expect(first.more).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(first.log))).toBeLessThanOrEqual(1024 * 1024 + 2);
    expect(await goOn(first)).toBe(textOf(lines));
  });

  it('tells of a place where lines may be missing, and has the later ones', async () => {
    runs();
    ports.pods.set(POD, [at(5, 'one'), at(6, 'two')]);
    const first = await read();
    ports.pods.set(POD, [at(8, 'nine'), at(9, 'ten')]);
    const second = await read({ cursor: first.cursor });
    expect(second).toMatchObject({
      log: 'nine\nten\n',
      gap: { from: '1970-01-01T00:00:06.000000000Z', to: '1970-01-01T00:00:08.000000000Z' },
    });
    expect(await read({ cursor: second.cursor })).not.toHaveProperty('gap');
  });

  it('starts with its tail and continues without a lost or duplicate line', async () => {
    runs();
    for (let seed = 0; seed < 100; seed += 1) {
      const random = randomFrom(seed);
      const log = randomLog(random, 40);
      const there = 20 + random(15);
      const tail = 1 + random(15);
      ports.pods.set(POD, log.slice(0, there));
      const first = await read({ tail });
      ports.pods.set(POD, log);
      const rest = await read({ cursor: first.cursor });
      expect({ seed, log: first.log + rest.log }).toEqual({ seed, log: textOf(log.slice(there - tail)) });
    }
  });

  it('continues from a tail within equal lines', async () => {
    runs();
    ports.pods.set(POD, [...Array<LogLine>(9).fill(at(5, 'y'))]);
    const first = await read({ tail: 2 });
    ports.pods.set(POD, [...Array<LogLine>(9).fill(at(5, 'y')), at(5, 'end')]);
    expect([first.log, (await read({ cursor: first.cursor })).log]).toEqual(['y\ny\n', 'end\n']);
  });

  it.each([
    ['Cancelled', 'cancelled', 'a cancelled, timed out or unstartable task takes its pod along'],
    ['PipelineRunTimeout', 'timedOut', 'a cancelled, timed out or unstartable task takes its pod along'],
  ])('is gone with its pod: %s', async (reason, state, why) => {
    ends(reason);
    await expect(read()).rejects.toMatchObject({
      kind: 'gone',
      message: expect.stringContaining(`The log of task "${TASK}" (${state}) is gone with its pod: ${why}`),
    });
  });

  it('is gone with a pod that was deleted while it ran', async () => {
    runs();
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining('it was deleted from') });
  });

  it('is read again when the kubelet returns nothing right after the end', async () => {
    ends('Failed');
    const log = [at(5, 'last words')];
    const answers: (readonly LogLine[])[] = [[], log];
    const kubelet: LogPorts = {
      ...ports,
      logs: {
        read: (space, pod, start) => {
          ports.pods.set(POD, answers.shift() ?? log);
          return ports.logs.read(space, pod, start);
        },
      },
    };
    expect((await readLogs(kubelet, { space: SPACE, task: TASK })).log).toBe('last words\n');
  });

  it.each([
    ['a cursor that is none of ours', { cursor: 'x' }, 'gone'],
    ['an unknown task', { task: 'none' }, 'notFound'],
  ])('is refused with %s', async (_, query, kind) => {
    await expect(readLogs(ports, { space: SPACE, task: TASK, ...query })).rejects.toMatchObject({ kind });
  });
});

describe('the log of a task whose pod is gone', () => {
  const SENT = [1, 2, 3, 4, 5].map((second) => ({
    time: `2026-11-24T21:00:0${second}.000000000Z`,
    log: `line ${second}`,
  }));
  const inPod = SENT.map(({ time, log }) => at(Date.parse(time) / 1000, log));
  let group: Awaited<ReturnType<typeof startLogGroup>>;

  beforeEach(async () => {
    group = await startLogGroup(2);
    ends('Cancelled');
  });
  afterEach(() => group.close());

  const archived = (query: { tail?: number; cursor?: string | undefined } = {}) =>
    readLogs({ ...ports, archive: group.archive() }, { space: SPACE, task: TASK, ...query });

  it('comes from the archive, but only once the pod is gone', async () => {
    group.send({ space: SPACE, pod: POD }, SENT);
    expect((await archived()).log).toBe(textOf(inPod));
    ports.pods.set(POD, [at(0, 'of the pod')]);
    expect((await archived()).log).toBe('of the pod\n');
  });

  it('continues from a cursor of the pod’s log', async () => {
    ports.pods.set(POD, inPod.slice(0, 3));
    const before = await archived();
    ports.pods.delete(POD);
    group.send({ space: SPACE, pod: POD }, SENT);
    const after = await archived({ cursor: before.cursor });
    expect(before.log + after.log).toBe(textOf(inPod));
    expect((await archived({ cursor: after.cursor })).log).toBe('');
  });

  it('has a tail from which a reader continues', async () => {
    group.send({ space: SPACE, pod: POD }, SENT.slice(0, 4));
    const before = await archived({ tail: 2 });
    group.send({ space: SPACE, pod: POD }, SENT);
    const after = await archived({ cursor: before.cursor });
    expect(before.log + after.log).toBe(textOf(inPod.slice(2)));
  });

  it('has from the archive the lines that its node has no more, and goes on in the pod', async () => {
    ends('Failed');
    ports.pods.set(POD, inPod.slice(0, 1));
    const first = await archived();
    ports.pods.set(POD, inPod.slice(3));
    const missing = await archived({ cursor: first.cursor });
    expect(missing).toMatchObject({
      log: textOf(inPod.slice(3)),
      gap: { from: SENT[0]?.time, to: SENT[3]?.time },
    });
    group.send({ space: SPACE, pod: POD }, SENT.slice(0, 4));
    const second = await archived({ cursor: first.cursor });
    expect([second.log, second.gap]).toEqual([textOf(inPod.slice(1, 4)), undefined]);
    const third = await archived({ cursor: second.cursor });
    expect([third.log, third.gap]).toEqual([textOf(inPod.slice(4)), undefined]);
  });

  it('tells of the lines that its node has no more where the archive has none of them, or is out of reach', async () => {
    ports.pods.set(POD, inPod.slice(0, 1));
    const first = await archived();
    ports.pods.set(POD, inPod.slice(3));
    group.send({ space: SPACE, pod: POD }, SENT.slice(0, 1));
    const gap = { from: SENT[0]?.time, to: SENT[3]?.time };
    expect(await archived({ cursor: first.cursor })).toMatchObject({ log: textOf(inPod.slice(3)), gap });
    const archive: LogPorts['archive'] = {
      read: () => Promise.reject(new DomainError('unavailable', 'CloudWatch Logs is out of reach.')),
    };
    const answer = readLogs({ ...ports, archive }, { space: SPACE, task: TASK, cursor: first.cursor });
    expect(await answer).toMatchObject({ log: textOf(inPod.slice(3)), gap });
  });

  it('is gone when the archive has none of it, with a hint that lines may arrive later', async () => {
    await expect(archived()).rejects.toMatchObject({
      kind: 'gone',
      message: expect.stringContaining('The log group of this stage has none of it: lines may take a minute'),
    });
  });
});
