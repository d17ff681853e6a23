import { describe, expect, it } from '@jest/globals';
import { clockMinutes, dueMinutes } from '../support/cron-oracle.ts';
import { environmentAt, minutesBetween, occurrencesOf, runMinute, type TimedJob } from './harness/minutes.ts';

const HOUR_MS = 60 * 60_000;

/** Times in the gap and in the hour that is shown twice, and around them, in each of the zones. */
const CRONS = [
  '0 * * * *',
  '*/15 * * * *',
  '30 0 * * *',
  '15 1 * * *',
  '30 1 * * *',
  '45 1 * * 0',
  '0 2 * * *',
  '15 2 * * *',
  '30 2 * * *',
  '0 3 * * *',
  '30 23 * * *',
  '59 */2 * * *',
  '10 0-3 * * *',
];

/** Times at which the clocks of a zone change, and their expected runs. */
const NIGHTS: readonly (readonly [string, string, string])[] = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z', 'go forward'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z', 'go back'],
  ['America/New_York', '2026-03-08T07:00:00Z', 'go forward'],
  ['America/New_York', '2026-11-01T06:00:00Z', 'go back'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z', 'go forward by half an hour'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 'go back by half an hour'],
  ['Africa/Cairo', '2026-04-23T22:00:00Z', 'go forward at midnight'],
  ['Africa/Cairo', '2026-10-29T21:00:00Z', 'go back to the day before'],
  ['America/Santiago', '2026-09-06T04:00:00Z', 'go forward at midnight'],
  ['America/Santiago', '2026-04-05T03:00:00Z', 'go back to the day before'],
];

const offsetAt = (timeZone: string, moment: number): string =>
  new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(new Date(moment))
    .map(({ type, value }) => (type === 'timeZoneName' ? value : ''))
    .join('');

const around = (change: string) => {
  const moment = Date.parse(change);
  return { from: new Date(moment - 4 * HOUR_MS), to: new Date(moment + 4 * HOUR_MS) };
};

describe.each(NIGHTS)('the night of %s when, at %s, the clocks %s', (timeZone, change) => {
  const { from, to } = around(change);
  const jobs: readonly TimedJob[] = CRONS.map((cron, index) => ({ name: `job-${index}`, cron, timeZone }));

  it('is such a night', () => {
    const moment = Date.parse(change);
    expect(offsetAt(timeZone, moment - 1)).not.toBe(offsetAt(timeZone, moment));
  });

  it('has one task an occurrence, and no other', async () => {
    const environment = await environmentAt(new Date(from.getTime() + 30_000), jobs);
    const minutes = minutesBetween(new Date(from.getTime() + 60_000), to);
    for (const minute of minutes) await runMinute(environment, minute);

    const clock = clockMinutes(timeZone, minutes[0] ?? from, to);
    const expected = jobs.map(({ name, cron }) => ({
      name,
      cron,
      due: dueMinutes(cron, clock).map((minute) => minute.toISOString()),
    }));
    expect(jobs.map(({ name, cron }) => ({ name, cron, due: occurrencesOf(environment, name) }))).toEqual(
      expected,
    );
  });
});
