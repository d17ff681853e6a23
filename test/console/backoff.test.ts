import { describe, expect, it } from '@jest/globals';
import { nextPause, type PollResult } from '../../console/api/backoff.ts';

const PAUSES = { first: 1_000, longest: 5_000 };

/** Pauses after these polls, one after another. */
function pausesAfter(looks: readonly PollResult[]): readonly number[] {
  let pause = 0;
  return looks.map((look) => {
    pause = nextPause(PAUSES, pause, look);
    return pause;
  });
}

describe('the pause before the next poll', () => {
  it('is short while something changes', () => {
    expect(pausesAfter(['changed', 'changed'])).toEqual([1_000, 1_000]);
  });

  it('grows to its maximum while nothing changes, and is short again after a change', () => {
    const looks: readonly PollResult[] = ['changed', 'same', 'same', 'same', 'same', 'same', 'changed'];
    expect(pausesAfter(looks)).toEqual([1_000, 1_500, 2_250, 3_375, 5_000, 5_000, 1_000]);
  });

  it('doubles while requests fail, up to 15 s', () => {
    const looks: readonly PollResult[] = [
      'failed',
      'failed',
      'failed',
      'failed',
      'failed',
      'failed',
      'changed',
    ];
    expect(pausesAfter(looks)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 1_000]);
  });

  it('is at least retry-after', () => {
    expect(nextPause(PAUSES, 1_000, 'failed', 30)).toBe(30_000);
    expect(nextPause(PAUSES, 4_000, 'failed', 1)).toBe(8_000);
  });
});
