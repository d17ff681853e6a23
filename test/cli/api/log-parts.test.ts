import { describe, expect, it } from '@jest/globals';
import { logParts } from '../../../cli/api/log-parts.ts';
import type { LogPart } from '../../../cli/api/responses.ts';

const part = (log: string, more: Partial<LogPart> = {}): LogPart => ({
  log,
  state: 'running',
  more: false,
  ...more,
});

/** Reads a log of these parts. Returns the lines, the requested cursors and the pauses. */
async function read(parts: readonly (LogPart | 'gone')[]) {
  const left = [...parts];
  const cursors: (string | undefined)[] = [];
  const pauses: number[] = [];
  const readPart = async (cursor: string | undefined) => {
    cursors.push(cursor);
    return left.shift() ?? ('gone' as const);
  };
  const wait = async (ms: number) => {
    pauses.push(ms);
  };
  const lines: string[] = [];
  for await (const { log } of logParts({ read: readPart, wait })) lines.push(log);
  return { lines, cursors, pauses };
}

describe('the parts of a log', () => {
  it('are requested from the last cursor on, to the end', async () => {
    const parts = [
      part('', { state: 'pending' }),
      part('a\n', { cursor: '1' }),
      part(''),
      part('b\n', { cursor: '2', state: 'succeeded' }),
    ];
    const { lines, cursors } = await read(parts);
    expect(lines).toEqual(['', 'a\n', '', 'b\n']);
    expect(cursors).toEqual([undefined, undefined, '1', '1']);
  });

  it('that are available are read without a pause, also once the task has ended', async () => {
    const full = { more: true, state: 'failed' } as const;
    const { lines, pauses } = await read([
      part('a\n', { ...full, cursor: '1' }),
      part('b\n', { ...full, more: false }),
    ]);
    expect([lines, pauses]).toEqual([['a\n', 'b\n'], []]);
  });

  it('are polled often in the first seconds, and ever more seldom while there are none', async () => {
    const none = Array.from({ length: 100 }, () => part(''));
    const { pauses } = await read([...none, part('a\n'), 'gone']);
    const sums = pauses.map((_, index) => pauses.slice(0, index + 1).reduce((sum, ms) => sum + ms, 0));
    expect(pauses.filter((_, index) => (sums[index] ?? 0) <= 5_000)).toEqual(Array(20).fill(250));
    expect(sums.findIndex((sum) => sum > 60_000)).toBe(70);
    expect(pauses.slice(-3)).toEqual([3_000, 3_000, 250]);
  });

  it('end where the log is gone', async () => {
    expect((await read(['gone'])).lines).toEqual([]);
  });
});
