import { describe, expect, it } from '@jest/globals';
import { describeAt, momentOf, readAt, repeatNote } from '../../lib/schedules/at.ts';
import { toEventBridge } from '../../lib/schedules/eventbridge-cron.ts';
import { nextOccurrence, previousOccurrence, toSchedule } from '../../lib/schedules/occurrences.ts';
import { parseExpression } from '../../local/eventbridge/expression.ts';

const BERLIN = 'Europe/Berlin';
const momentIn = (text: string, zone: string): string => momentOf(text, zone).toISOString();

describe('the time of a schedule that is due once', () => {
  it.each([
    ['in UTC', '2026-12-24 02:00', 'UTC', '2026-12-24T02:00:00.000Z'],
    ['with a T and seconds', '2026-12-24T02:00:00', 'UTC', '2026-12-24T02:00:00.000Z'],
    ['in winter', '2026-12-24 02:00', BERLIN, '2026-12-24T01:00:00.000Z'],
    ['in summer', '2027-07-01 00:30', BERLIN, '2027-06-30T22:30:00.000Z'],
    ['at an odd offset', '2027-01-01 00:00', 'Asia/Kathmandu', '2026-12-31T18:15:00.000Z'],
    ['in a leap year', '2028-02-29 23:59', 'UTC', '2028-02-29T23:59:00.000Z'],
    ['just before clocks go forward', '2027-03-28 01:59', BERLIN, '2027-03-28T00:59:00.000Z'],
    ['just after', '2027-03-28 03:00', BERLIN, '2027-03-28T01:00:00.000Z'],
    ['shown twice: the first', '2027-10-31 02:30', BERLIN, '2027-10-31T00:30:00.000Z'],
    ['half an hour shown twice', '2027-04-04 01:45', 'Australia/Lord_Howe', '2027-04-03T14:45:00.000Z'],
    ['the last that a rule can have', '2199-12-31 23:59', 'UTC', '2199-12-31T23:59:00.000Z'],
    ['the first', '1970-01-01 00:00', 'UTC', '1970-01-01T00:00:00.000Z'],
  ])('is read %s', (_, text, zone, moment) => {
    expect(momentIn(text, zone)).toBe(moment);
  });

  it.each([
    ['empty', '', 'is no date and time'],
    ['a date alone', '2026-12-24', 'is no date and time'],
    ['a day that the month lacks', '2026-11-31 02:00', 'is no date and time'],
    ['29 February of a common year', '2027-02-29 02:00', 'is no date and time'],
    ['hour 24', '2026-12-24 24:00', 'is no date and time'],
    ['minute 60', '2026-12-24 02:60', 'is no date and time'],
    ['month 13', '2026-13-24 02:00', 'is no date and time'],
    ['seconds', '2026-12-24 02:00:30', 'is no date and time'],
    ['a cron', '0 2 * * *', 'is no date and time'],
    ['UTC by a Z', '2026-12-24T02:00Z', 'its zone in timeZone'],
    ['an offset', '2026-12-24T02:00:00+01:00', 'its zone in timeZone'],
    ['1969', '1969-12-31 23:59', 'The year 1969 is not allowed: from 1970 to 2199.'],
    ['2200', '2200-01-01 00:00', 'The year 2200 is not allowed: from 1970 to 2199.'],
    ['a long text', '9'.repeat(100_000), 'is no date and time'],
  ])('refuses %s, and says what to write', (_, text, says) => {
    expect(() => readAt(text)).toThrow(says);
    expect(() => readAt(text)).toThrow(/^at: .{1,250}$/);
  });

  it.each([
    ['an hour', '2027-03-28 02:30', BERLIN, '2027-03-28 01:59 or 2027-03-28 03:00'],
    ['half an hour', '2027-10-03 02:10', 'Australia/Lord_Howe', '2027-10-03 01:59 or 2027-10-03 02:30'],
    ['a day', '2011-12-30 12:00', 'Pacific/Apia', '2011-12-29 23:59 or 2011-12-31 00:00'],
  ])('refuses what is in %s that a zone skips, with the nearest ones', (_, text, zone, near) => {
    expect(() => momentOf(text, zone)).toThrow(`${text} is skipped in ${zone}`);
    expect(() => momentOf(text, zone)).toThrow(`write ${near}.`);
  });

  it('refuses a year that only its zone has', () => {
    expect(() => momentOf('2199-12-31 23:00', 'America/New_York')).toThrow('It is in the year 2200 in UTC');
  });

  it('is described, and says which of two times it is', () => {
    expect(describeAt('2026-12-24T02:00:00')).toBe('Once, at 2026-12-24 02:00');
    expect(repeatNote('2027-10-31 02:30', BERLIN)).toBe(
      'The clocks of Europe/Berlin go back and show this time twice; it runs the first time, at 2027-10-31 00:30 UTC. ' +
        'The second is 2027-10-31 01:30 UTC.',
    );
    expect(repeatNote('2027-10-31 03:00', BERLIN)).toBeUndefined();
  });

  it('has one rule, with a year, and one occurrence', () => {
    const schedule = toSchedule({ at: '2026-12-24 02:00', timeZone: BERLIN });
    const moment = new Date('2026-12-24T01:00:00Z');
    const [before, after] = [-1, 1].map((ms) => new Date(moment.getTime() + ms));
    const expressions = toEventBridge(schedule, new Date('2026-11-25T00:00:00Z'));
    expect(expressions).toEqual(['cron(0 1 24 DEC ? 2026)']);
    expect(parseExpression(expressions[0] ?? '')).toBeDefined();
    expect(nextOccurrence(schedule, before ?? moment)).toEqual(moment);
    expect(nextOccurrence(schedule, moment)).toBeUndefined();
    expect(previousOccurrence(schedule, moment)).toEqual(moment);
    expect(previousOccurrence(schedule, before ?? moment)).toBeUndefined();
    expect(previousOccurrence(schedule, after ?? moment)).toEqual(moment);
  });
});
