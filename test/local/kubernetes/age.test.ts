import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ageOf } from '../../../local/kubernetes/age.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const seconds = (count: number) => new Date(NOW - count * 1000).toISOString();

describe('ageOf', () => {
  beforeEach(() => {
    jest.useFakeTimers({ now: NOW });
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['now', 0, '0s'],
    ['a clock that is a little ahead', -1, '0s'],
    ['a clock that is far ahead', -60, '<invalid>'],
    ['under two minutes', 119, '119s'],
    ['two minutes', 120, '2m'],
    ['under ten minutes', 140, '2m20s'],
    ['under three hours', 3600 * 2 + 59, '120m'],
    ['under eight hours', 3600 * 5 + 60 * 7, '5h7m'],
    ['under two days', 3600 * 47, '47h'],
    ['under eight days', 3600 * 24 * 3 + 3600 * 5, '3d5h'],
    ['months', 3600 * 24 * 100, '100d'],
    ['years', 3600 * 24 * 365 * 3, '3y'],
  ])('%s', (_, age, expected) => {
    expect(ageOf(seconds(age))).toBe(expected);
  });

  it('is unknown for an invalid time', () => {
    expect(ageOf(undefined)).toBe('<unknown>');
  });
});
