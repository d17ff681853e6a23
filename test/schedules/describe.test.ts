import { describe, expect, it } from '@jest/globals';
import { parseCron } from '../../lib/schedules/cron.ts';
import { describeCron, dialectNote } from '../../lib/schedules/describe.ts';

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

    // Several minutes of hours that are no range.
    ['* 0-1 * * *', 'Every minute, between 00:00 and 01:59'],
    ['* 0,5 * * *', 'Every minute, in the hours 00 and 05'],
    ['*/15 */8 * * mon', 'Every 15 minutes, in the hours 00, 08 and 16, only on Monday'],
    ['5,35 2,14 1 * *', 'At 5 and 35 minutes past the hour, in the hours 02 and 14, on day 1 of the month'],
    ['5 0-2,22 * * *', 'At 00:05, 01:05, 02:05 and 22:05'],
    ['0 */6 * * *', 'On the hour, every 6 hours'],

    // A day that a month has not is not told.
    ['0 0 30 2 1', 'At 00:00, only on Monday, only in February'],
    ['0 0 31 4,5 *', 'At 00:00, on day 31 of the month, only in May'],

    // One day field that has every day is every day.
    ['0 0 1-31 * 1', 'At 00:00'],
    ['0 0 13 * 0-6', 'At 00:00'],

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

describe('dialectNote', () => {
  it.each(['0 0 */2 * 1', '0 0 1 * */2', '0 0 */2 * */2'])('tells that Linux reads %s otherwise', (text) => {
    expect(dialectNote(parseCron(text))).toContain('The cron of Linux wants both');
  });

  it.each(['0 0 1 * 1', '0 0 */2 * *', '0 0 * * 1', '0 0 */1 * 1', '* * * * *', '0 0 1-31/2 * 1'])(
    'has nothing to tell of %s',
    (text) => {
      expect(dialectNote(parseCron(text))).toBeUndefined();
    },
  );
});
