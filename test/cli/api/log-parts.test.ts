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

  it('are polled at growing intervals while there are none', async () => {
    const { pauses } = await read([...Array.from({ length: 8 }, () => part('')), part('a\n'), 'gone']);
    expect(pauses.map(Math.round)).toEqual([450, 675, 1013, 1519, 2278, 3000, 3000, 3000, 300]);
  });

  it('end where the log is gone', async () => {
    expect((await read(['gone'])).lines).toEqual([]);
  });
});
