import { describe, expect, it } from '@jest/globals';
import { contended, retryOnConflict } from '../../lib/platform/retry-on-conflict.ts';

/** A counter that others raise so often, each time between a read and its write. */
function counter(conflicts: number) {
  let version = 0;
  let left = conflicts;
  return {
    read: async () => version,
    write: async (read: number) => {
      if (left > 0) {
        left -= 1;
        version += 1;
      }
      if (read !== version) return 'conflict' as const;
      version += 1;
      return version;
    },
  };
}

describe('a change of an object that others write', () => {
  it.each([0, 1, 9])('is written after %d others were first', async (others) => {
    const { read, write } = counter(others);
    expect(await retryOnConflict(read, write)).toBe(others + 1);
  });

  it('gives up when ten others were first in a row', async () => {
    const { read, write } = counter(10);
    expect(await retryOnConflict(read, write)).toBe('conflict');
    expect(await read()).toBe(10);
  });

  it('begins with what the caller has read', async () => {
    const reads: number[] = [];
    const { write } = counter(1);
    const read = (before: number) => {
      reads.push(before);
      return before;
    };
    expect(await retryOnConflict(read, write)).toBe(2);
    expect(reads).toEqual([0, 1]);
  });

  it('that can’t be written is a conflict', () => {
    expect(contended('App "billing"')).toMatchObject({
      kind: 'conflict',
      message: 'App "billing" is being changed by others all the time. Try again.',
    });
  });
});
