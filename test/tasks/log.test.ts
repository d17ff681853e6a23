import { describe, expect, it } from '@jest/globals';
import { formatLogTime, parseLogTime } from '../../lib/tasks/log.ts';

describe('parseLogTime', () => {
  it.each([
    ['nanoseconds', '2026-11-24T21:00:00.123456789Z', '01795554000.123456789'],
    ['zeros left out', '2026-11-24T21:00:00.5Z', '01795554000.500000000'],
    ['a whole second', '2026-11-24T21:00:00Z', '01795554000.000000000'],
    ["the node's own zone", '2026-11-25T06:00:00.5+09:00', '01795554000.500000000'],
  ])('reads %s', (_, text, time) => {
    expect(parseLogTime(text)).toBe(time);
  });

  it.each(['', 'failed', '2026-11-24T21:00:00', '2026-99-24T21:00:00Z'])('rejects %j', (text) => {
    expect(parseLogTime(text)).toBeUndefined();
  });

  it('is undone by formatLogTime, in UTC', () => {
    expect(formatLogTime('01795554000.000000001')).toBe('2026-11-24T21:00:00.000000001Z');
  });
});
