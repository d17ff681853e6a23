import { describe, expect, it } from '@jest/globals';
import { parseCron } from '../../lib/schedules/cron.ts';
import { describeCron } from '../../lib/schedules/describe.ts';

describe('describeCron', () => {
  it.each([
    ['0 2 * * 1-5', 'At 02:00, Monday through Friday'],
    ['0 2 * * mon,tue,wed,thu,fri', 'At 02:00, Monday through Friday'],
    ['* * * * *', 'Every minute'],
    ['*/15 * * * *', 'Every 15 minutes'],
    ['@daily', 'At 00:00'],
    ['0 0 29 2 *', 'At 00:00, on day 29 of the month, only in February'],

    // A step that does not divide the hour begins anew in each, and one past its end is a single minute.
    ['*/25 * * * *', 'At 0, 25, and 50 minutes past the hour'],
    ['*/90 * * * *', 'Every hour'],

    // Either day is meant.
    ['0 0 13 * 5', 'At 00:00, on day 13 of the month; also at 00:00, only on Friday'],
    [
      '30 9 1,15 jan mon-wed',
      'At 09:30, on day 1 and 15 of the month, only in January; also at 09:30, Monday through Wednesday, only in January',
    ],
  ])('%s: %s', (text, words) => {
    expect(describeCron(parseCron(text))).toBe(words);
  });
});
