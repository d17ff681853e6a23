import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { occurrencesIn, rangeOf } from '../../lib/jobs/backfill-range.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { parseCron } from '../../lib/schedules/cron.ts';
import { isDay, startOfDay } from '../../lib/schedules/days.ts';
import { clockMinutes, dueMinutes } from '../support/cron-oracle.ts';
import { holdsFor } from '../support/property.ts';
import { anyCron } from '../support/random-cron.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const DAY_MS = 24 * 3_600_000;

/** Days on which clocks change, one of them at midnight, and one that a zone skipped. */
const DAYS = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/Santiago', '2026-09-06'],
  ['America/Santiago', '2026-04-04'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Africa/Cairo', '2026-04-24'],
  ['Pacific/Apia', '2011-12-29'],
] as const;

describe('the occurrences of days', () => {
  it.each(DAYS)('in %s around %s are those that the clocks show', (zone, day) => {
    const first = new Date(Date.parse(`${day}T00:00Z`) - 2 * DAY_MS);
    const minutes = clockMinutes(zone, first, new Date(first.getTime() + 5 * DAY_MS));
    // "10/25/2026" in the text of the oracle.
    const shownDay = `${Number(day.slice(5, 7))}/${Number(day.slice(8))}/${day.slice(0, 4)}`;
    const ofDay = minutes.filter(({ shown }) => shown.includes(shownDay));
    const { from, to } = rangeOf({ from: day, to: day }, zone, NOW);
    expect([from, to]).toEqual([ofDay[0]?.at, new Date((ofDay.at(-1)?.at.getTime() ?? 0) + 59_999)]);
    holdsFor(
      40,
      fc.property(anyCron, (cron) => {
        const due = dueMinutes(cron, minutes).filter((at) => at >= from && at <= to);
        const found = () => occurrencesIn({ cron: parseCron(cron), zone }, { from, to });
        if (due.length > 500) assert.throws(found, DomainError);
        else assert.deepEqual(found(), due);
      }),
    );
  });

  it('begin with the next day where a zone skips one', () => {
    expect(startOfDay('2011-12-30', 'Pacific/Apia')).toEqual(startOfDay('2011-12-31', 'Pacific/Apia'));
  });

  it.each([
    ['2024-02-29', true],
    ['2026-02-29', false],
    ['2026-13-01', false],
    ['2026-1-1', false],
  ])('know whether %s is a day: %s', (text, is) => {
    expect(isDay(text)).toBe(is);
  });
});

describe('a period', () => {
  it('ends now where its last day has not passed', () => {
    expect(rangeOf({ from: '2026-11-30', to: '2026-11-30' }, 'UTC', NOW).to).toEqual(NOW);
    expect(rangeOf({ from: '2026-11-30' }, 'UTC', NOW).to).toEqual(NOW);
  });

  it('of half a century of an every-minute cron is refused by 501 occurrences', () => {
    const range = rangeOf({ from: '1970-01-02' }, 'Europe/Berlin', NOW);
    expect(() => occurrencesIn({ cron: parseCron('* * * * *'), zone: 'Europe/Berlin' }, range)).toThrow(
      'to: It has more than 500 occurrences from 1970-01-01T23:00:00Z on',
    );
  });
});
