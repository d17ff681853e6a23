import { describe, expect, it } from '@jest/globals';
import { formatDuration, parseDuration } from '../../../local/tekton/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['0s', 0],
    ['0', 0],
    ['5s', 5_000],
    ['1h0m0s', 3_600_000],
    ['1.5h', 5_400_000],
    ['500ms', 500],
    ['-5s', -5_000],
    ['', undefined],
    ['5', undefined],
    ['5 s', undefined],
    ['1d', undefined],
  ])('%s is %p ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });
});

describe('formatDuration', () => {
  it.each([
    [0, '0s'],
    [4_000, '4s'],
    [90_000, '1m30s'],
    [3_600_000, '1h0m0s'],
    [1_500, '1.5s'],
    [500, '500ms'],
  ])('%p ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
