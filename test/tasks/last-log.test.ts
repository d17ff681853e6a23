import { describe, expect, it } from '@jest/globals';
import { readLastLog } from '../../lib/tasks/last-log.ts';
import type { LogStart, Logs } from '../../lib/tasks/log.ts';
import { inPieces, memoryLogs } from '../support/memory-logs.ts';

const LIMIT = 64 * 1024;
const TIME = '01795554000.000000000';

/** Logs of one pod with these bytes, in pieces. */
const logsOf = (bytes: Buffer, size = 1000): Logs => ({
  read: async () =>
    (async function* () {
      yield* inPieces(TIME, bytes, size);
    })(),
});
const lastOf = (text: string | Buffer, size?: number) =>
  readLastLog(logsOf(Buffer.from(text), size), 'a', 'pod');

describe('the end of a log', () => {
  it.each([
    ['nothing', '', ''],
    ['a short log', 'one\ntwo\n', 'one\ntwo\n'],
    ['a last line without its end', 'one\ntwo', 'one\ntwo'],
    ['as many bytes as may be', `${'x'.repeat(LIMIT - 1)}\n`, `${'x'.repeat(LIMIT - 1)}\n`],
    ['whole lines', `one\n${'x'.repeat(LIMIT - 3)}\ntwo\n`, 'two\n'],
    ['the end of a line that is longer', `a${'한'.repeat(LIMIT)}`, '한'.repeat(Math.floor(LIMIT / 3))],
    [
      'the end of a line that is longer, with its end',
      `${'x'.repeat(LIMIT * 3)}\n`,
      `${'x'.repeat(LIMIT - 1)}\n`,
    ],
  ])('is %s', async (_, text, last) => {
    for (const size of [7, 1000, LIMIT, LIMIT * 5]) expect((await lastOf(text, size)) === last).toBe(true);
  });

  it('has no half of a character', async () => {
    expect(await lastOf(Buffer.from('ab한').subarray(0, 4))).toBe('ab');
  });

  it('is at most 64 KiB of the last 4,000 lines', async () => {
    const starts: LogStart[] = [];
    const lines = Array.from({ length: 9000 }, (_, index) => ({ time: TIME, text: String(index) }));
    const { read } = memoryLogs(new Map([['pod', lines]]));
    const logs: Logs = {
      read: (space, pod, start) => {
        starts.push(start);
        return read(space, pod, start);
      },
    };
    expect(await readLastLog(logs, 'a', 'pod')).toMatch(/^5000\n/);
    expect(starts).toEqual([{ tail: 4000 }]);
    const long = lines.map(({ time }) => ({ time, text: 'x'.repeat(9999) }));
    const last = await readLastLog(memoryLogs(new Map([['pod', long]])), 'a', 'pod');
    expect(last?.length).toBe(60_000);
  });

  it.each<[string, Logs['read']]>([
    ['the pod is gone', async () => 'gone'],
    ['its container has not started', async () => 'notStarted'],
    ['it can’t be read', () => Promise.reject(new Error('out of reach'))],
    [
      'it ends early',
      async () =>
        (async function* () {
          yield { time: TIME, bytes: Buffer.from('one\n') };
          throw new Error('The body ended early.');
        })(),
    ],
  ])('is not there when %s', async (_, read) => {
    expect(await readLastLog({ read }, 'a', 'pod')).toBeUndefined();
  });
});
