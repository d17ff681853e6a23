import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from '../../lib/platform/kubernetes/client.ts';
import { kubernetesLogs } from '../../lib/tasks/repository-logs.ts';
import { NOBODY } from '../support/listen.ts';
import { json, type Respond, startServer, type TestServer } from '../support/test-server.ts';

const LINE = '2026-11-24T21:00:00.5Z';

/** Responses by the name of the pod. */
const pods: Record<string, Respond> = {
  short: (_, response) => response.end(`${LINE} one\n${LINE} 한글 \r\n${LINE} \n`),
  waiting: (_, response) =>
    json(response, 400, { message: 'container "step-user-container" in pod "waiting" is waiting to start' }),
  early: (_, response) =>
    json(response, 400, { message: 'container "step-user-container" in pod "early" is not available' }),
  other: (_, response) =>
    json(response, 400, { message: 'container step-user-container is not valid for pod other' }),
  gone: (_, response) => json(response, 404, { message: 'pods "gone" not found' }),
  closed: (_, response) =>
    json(response, 403, { message: 'pods "closed" is forbidden: User "u" cannot get resource "pods/log"' }),
  cut: (_, response) => {
    response.writeHead(200, { 'content-length': 1000 });
    response.write(`${LINE} one\n`, () => response.destroy());
  },
};

let server: TestServer;
beforeAll(async () => {
  server = await startServer((request, response) => {
    const [, pod = ''] = /pods\/(\w+)\/log/.exec(request.path) ?? [];
    pods[pod]?.(request, response);
  });
});
afterAll(() => server.close());

const read = (pod: string, start = {}) =>
  kubernetesLogs(createClient({ endpoint: server.endpoint, tls: {} })).read('team-a', pod, start);

async function textsOf(pod: string): Promise<string[]> {
  const lines = await read(pod);
  if (typeof lines === 'string') return [lines];
  const texts: string[] = [];
  for await (const { bytes } of lines) texts.push(bytes.toString());
  return texts;
}

/** Pieces of a body that arrives in blocks of a size. */
async function piecesOf(body: string, size: number) {
  pods.blocks = async (_, response) => {
    const bytes = Buffer.from(body);
    for (let at = 0; at < bytes.length; at += size) {
      response.write(bytes.subarray(at, at + size));
      await new Promise(setImmediate);
    }
    response.end();
  };
  const pieces = await read('blocks');
  if (typeof pieces === 'string') throw new TypeError(`The log is ${pieces}.`);
  const lines: { time: string; text: string }[] = [];
  let line: Buffer[] = [];
  for await (const { time, bytes } of pieces) {
    line.push(bytes);
    if (bytes.at(-1) !== 10) continue;
    lines.push({ time, text: Buffer.concat(line).toString() });
    line = [];
  }
  return { lines, rest: Buffer.concat(line).toString() };
}

describe('the log of a pod', () => {
  it.each([1, 7, 30, 1000])('is the same in blocks of %d bytes', async (size) => {
    const late = LINE.replace('00.5', '01');
    const body = `end of an earlier line\n${LINE} 한글🎉 \r\n${LINE} \n${late} ${'x'.repeat(100)}\n${late} open`;
    expect(await piecesOf(body, size)).toEqual({
      lines: [
        { time: '01795554000.500000000', text: '한글🎉 \r\n' },
        { time: '01795554000.500000000', text: '\n' },
        { time: '01795554001.000000000', text: `${'x'.repeat(100)}\n` },
      ],
      rest: 'open',
    });
  });

  it('of one line of 8 MB comes in pieces', async () => {
    const { lines } = await piecesOf(`${LINE} ${'x'.repeat(8_000_000)}\n`, 50_000);
    expect(lines.map(({ text }) => text.length)).toEqual([8_000_001]);
    const pieces = await read('blocks');
    if (typeof pieces === 'string') throw new TypeError(`The log is ${pieces}.`);
    for await (const { bytes } of pieces) expect(bytes.length).toBeLessThanOrEqual(256 * 1024);
  });

  it.each([
    ['its head', () => {}],
    ['its body', (response: ServerResponse) => response.write(`${LINE} one\n`)],
  ])('ends when its own time is up, before %s', async (_, begin) => {
    pods.slow = (_request, response) => void begin(response);
    const logs = kubernetesLogs(createClient({ endpoint: server.endpoint, tls: {} }), 200);
    const reading = async () => {
      const pieces = await logs.read('team-a', 'slow', {});
      if (typeof pieces === 'string') return;
      for await (const { bytes } of pieces) expect(String(bytes)).toBe('one\n');
    };
    await expect(reading()).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('is read line by line', async () => {
    expect(await textsOf('short')).toEqual(['one\n', '한글 \r\n', '\n']);
  });

  it.each([
    ['its tail', { tail: 7 }, 'tailLines=7'],
    ['a second', { since: 1_795_554_000 }, 'sinceTime=2026-11-24T21%3A00%3A00.000Z'],
  ])('starts at %s', async (_, start, query) => {
    await read('short', start);
    expect(server.received.at(-1)?.path).toBe(
      `/api/v1/namespaces/team-a/pods/short/log?container=step-user-container&timestamps=true&${query}`,
    );
  });

  it.each([
    ['waiting', 'notStarted'],
    ['early', 'notStarted'],
    ['gone', 'gone'],
  ])('of a pod that is %s has no lines', async (pod, outcome) => {
    expect(await read(pod)).toBe(outcome);
  });

  it('without the container of a task is refused', async () => {
    await expect(read('other')).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringMatching(/: the command is not valid for pod other$/),
    });
  });

  it('of a closed space is refused', async () => {
    await expect(read('closed')).rejects.toMatchObject({
      kind: 'forbidden',
      message: 'Space "team-a" is not open to Taskbridge, or it is not there.',
    });
  });

  it('that is truncated ends in an error, not in a line', async () => {
    await expect(textsOf('cut')).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The cluster cut the log short. Try again.',
    });
  });

  it('is closed when the reader stops early', async () => {
    const closed = new Promise<void>((resolve) => {
      pods.endless = (_, response) => {
        response.write(`${LINE} one\n${LINE} two\n`);
        once(response, 'close').then(() => resolve(), resolve);
      };
    });
    const lines = await read('endless');
    if (typeof lines === 'string') throw new TypeError(`The log is ${lines}.`);
    for await (const { bytes } of lines) {
      expect(String(bytes)).toBe('one\n');
      break;
    }
    await expect(closed).resolves.toBeUndefined();
  });

  it('of a cluster that does not respond is out of reach', async () => {
    const logs = kubernetesLogs(createClient({ endpoint: NOBODY, tls: {} }));
    await expect(logs.read('team-a', 'short', {})).rejects.toMatchObject({
      kind: 'unavailable',
      message: 'The cluster is out of reach (ECONNREFUSED). Try again.',
    });
  });
});
