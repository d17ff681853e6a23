import { describe, expect, it } from '@jest/globals';
import { parseCron } from '../../lib/schedules/cron.ts';
import { nextOccurrence, occurrencesBetween, previousOccurrence } from '../../lib/schedules/occurrences.ts';

const HOUR_MS = 3_600_000;

const schedule = (cron: string, zone = 'UTC') => ({ cron: parseCron(cron), zone });
const iso = (date: Date | undefined): string | undefined => date?.toISOString().replace(':00.000Z', 'Z');
const between = (cron: string, zone: string, from: string, to: string) =>
  [...occurrencesBetween(schedule(cron, zone), new Date(from), new Date(to))].map(iso);

describe('previousOccurrence', () => {
  it.each([
    ['the time itself counts', '0 2 * * *', '2026-05-05T02:00:00Z', '2026-05-05T02:00Z'],
    ['the seconds of its minute too', '0 2 * * *', '2026-05-05T02:00:59.999Z', '2026-05-05T02:00Z'],
    ['a millisecond before it does not', '0 2 * * *', '2026-05-05T01:59:59.999Z', '2026-05-04T02:00Z'],
    ['uneven gaps: Friday, from Sunday', '0 9 * * 1-5', '2026-05-10T12:00:00Z', '2026-05-08T09:00Z'],
    ['either day: Friday the 8th before the 13th', '0 0 13 * 5', '2026-05-12T00:00:00Z', '2026-05-08T00:00Z'],
    ['the last leap day', '0 0 29 2 *', '2026-05-05T00:00:00Z', '2024-02-29T00:00Z'],
    ['eight years between leap days', '0 0 29 2 *', '2104-02-28T23:59:00Z', '2096-02-29T00:00Z'],
    ['past 2038', '0 0 19 1 *', '2038-12-01T00:00:00Z', '2038-01-19T00:00Z'],
  ])('%s', (_, cron, at, expected) => {
    expect(iso(previousOccurrence(schedule(cron), new Date(at)))).toBe(expected);
  });
});

describe('nextOccurrence', () => {
  it.each([
    ['the time itself does not count', '0 2 * * *', '2026-05-05T02:00:00Z', '2026-05-06T02:00Z'],
    ['a millisecond before it does', '0 2 * * *', '2026-05-05T01:59:59.999Z', '2026-05-05T02:00Z'],
    ['months without a 31st are skipped', '0 0 31 * *', '2026-03-31T00:00:00Z', '2026-05-31T00:00Z'],
    ['2100 has no leap day', '0 0 29 2 *', '2096-02-29T00:00:00Z', '2104-02-29T00:00Z'],
    ['an impossible day beside a weekday', '0 0 30 2 1', '2026-02-24T00:00:00Z', '2027-02-01T00:00Z'],
  ])('%s', (_, cron, after, expected) => {
    expect(iso(nextOccurrence(schedule(cron), new Date(after)))).toBe(expected);
  });

  it('continues after a calendar day that a zone skipped (Samoa, 30 December 2011)', () => {
    const apia = schedule('0 12 30 12 *', 'Pacific/Apia');
    expect(iso(nextOccurrence(apia, new Date('2011-06-01T00:00Z')))).toBe('2012-12-29T22:00Z');
    expect(iso(previousOccurrence(apia, new Date('2012-06-01T00:00Z')))).toBe('2010-12-30T22:00Z');
  });

  it('is the same for UTC by another name', () => {
    const [utc, etc] = [schedule('7 */5 * * *'), schedule('7 */5 * * *', 'Etc/UTC')];
    const at = new Date('2026-02-28T23:30Z');
    expect(nextOccurrence(etc, at)).toEqual(nextOccurrence(utc, at));
    expect(previousOccurrence(etc, at)).toEqual(previousOccurrence(utc, at));
  });
});

describe('a night in which clocks change', () => {
  it.each([
    [
      'a time in the gap is skipped',
      '30 2 * * *',
      'Europe/Berlin',
      ['2026-03-28T01:30Z', '2026-03-30T00:30Z'],
    ],
    [
      'the hour after the gap is not',
      '30 3 * * *',
      'Europe/Berlin',
      ['2026-03-28T02:30Z', '2026-03-29T01:30Z', '2026-03-30T01:30Z'],
    ],
    [
      'every twelfth hour of the clock is 11 hours away once',
      '0 */12 * * *',
      'Europe/Berlin',
      [
        '2026-03-28T11:00Z',
        '2026-03-28T23:00Z',
        '2026-03-29T10:00Z',
        '2026-03-29T22:00Z',
        '2026-03-30T10:00Z',
        '2026-03-30T22:00Z',
      ],
    ],
  ])('forward: %s', (_, cron, zone, expected) => {
    expect(between(cron, zone, '2026-03-28T01:00Z', '2026-03-30T23:00Z')).toEqual(expected);
  });

  it.each([
    ['a repeated time of a fixed hour runs the first time', '30 1 * * *', ['2026-11-01T05:30Z']],
    [
      'each minute of it too',
      '0,20,40 1 * * *',
      ['2026-11-01T05:00Z', '2026-11-01T05:20Z', '2026-11-01T05:40Z'],
    ],
    [
      'an hour field of all hours is fixed',
      '30 0-2 * * *',
      ['2026-11-01T04:30Z', '2026-11-01T05:30Z', '2026-11-01T07:30Z'],
    ],
    [
      'an hour field of * runs it both times',
      '30 * * * *',
      ['2026-11-01T04:30Z', '2026-11-01T05:30Z', '2026-11-01T06:30Z', '2026-11-01T07:30Z'],
    ],
  ])('back: %s', (_, cron, expected) => {
    expect(between(cron, 'America/New_York', '2026-11-01T04:00Z', '2026-11-01T07:59Z')).toEqual(expected);
  });

  it.each([
    ['midnight in the gap', '0 0 * * *', 'Africa/Cairo', '2026-04-23T12:00Z', ['2026-04-24T21:00Z']],
    [
      'the hour before midnight shown twice',
      '30 23 * * *',
      'America/Santiago',
      '2026-04-04T12:00Z',
      ['2026-04-05T02:30Z'],
    ],
    [
      'half an hour shown twice',
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2026-04-04T12:00Z',
      ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ],
    ['half an hour in the gap', '15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T00:00Z', []],
  ])('%s: %s in %s', (_, cron, zone, from, expected) => {
    const to = new Date(Date.parse(from) + 36 * HOUR_MS).toISOString();
    expect(between(cron, zone, from, to)).toEqual(expected);
  });
});
