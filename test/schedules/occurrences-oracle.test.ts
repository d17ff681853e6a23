import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCron } from '../../lib/schedules/cron.ts';
import { nextOccurrence, occurrencesBetween, previousOccurrence } from '../../lib/schedules/occurrences.ts';
import { clockMinutes, dueMinutes } from '../support/cron-oracle.ts';
import { holdsFor } from '../support/property.ts';
import { anyCron } from '../support/random-cron.ts';

const HOUR_MS = 3_600_000;

const schedule = (cron: string, zone: string) => ({ cron: parseCron(cron), zone });
const iso = (date: Date): string => date.toISOString();

/** Days around what is hard: ends of months and years, leap days, each kind of change of clocks. */
const HARD_DAYS: readonly (readonly [string, string])[] = [
  ['UTC', '2024-02-28'],
  ['UTC', '2025-12-30'],
  ['UTC', '2027-02-27'],
  ['UTC', '2038-01-18'],
  ['Europe/Berlin', '2026-03-28'],
  ['Europe/Berlin', '2026-10-24'],
  ['America/New_York', '2026-03-07'],
  ['America/New_York', '2026-10-31'],
  ['Australia/Lord_Howe', '2026-04-03'],
  ['Australia/Lord_Howe', '2026-10-02'],
  ['Africa/Cairo', '2026-04-23'],
  ['Africa/Cairo', '2026-10-28'],
  ['America/Santiago', '2026-04-03'],
  ['America/Santiago', '2026-09-05'],
  ['Antarctica/Troll', '2026-10-24'],
  ['Africa/Casablanca', '2026-02-14'],
  ['Pacific/Apia', '2011-12-29'],
  ['Asia/Kathmandu', '2028-02-28'],
];

const windows = new Map(
  HARD_DAYS.map(([zone, day]) => {
    const from = new Date(`${day}T00:00Z`);
    const to = new Date(from.getTime() + 72 * HOUR_MS);
    return [`${zone} ${day}`, { zone, from, to, minutes: clockMinutes(zone, from, to) }];
  }),
);
const windowNames = [...windows.keys()];

function windowOf(name: string) {
  const window = windows.get(name);
  if (window === undefined) throw new Error(`no window ${name}`);
  return window;
}

const USUAL = [
  '* * * * *',
  '*/20 * * * *',
  '30 1,2 * * *',
  '0 */2 * * *',
  '0 0 * * *',
  '15,45 0-3 * * *',
  '30 23 28-31 * *',
  '0 3 29 2 *',
  '59 1 * * sun',
  '0 0 1 * mon',
];

describe('occurrences, minute by minute on the clocks of a zone', () => {
  const agreesWith = (cron: string, name: string) => {
    const { zone, from, to, minutes } = windowOf(name);
    const expected = dueMinutes(cron, minutes).map(iso);
    assert.deepEqual([...occurrencesBetween(schedule(cron, zone), from, to)].map(iso), expected);
  };

  it.each(windowNames)('the usual crons: %s', (name) => {
    for (const cron of USUAL) agreesWith(cron, name);
  });

  it('any cron, in any of them', () => {
    holdsFor(500, fc.property(anyCron, fc.constantFrom(...windowNames), agreesWith));
  });

  it('any cron at any instant: the one before and the one after', () => {
    const agreesAt = (cron: string, name: string, second: number) => {
      const { zone, from, to, minutes } = windowOf(name);
      const at = new Date(from.getTime() + second * 1000);
      const due = dueMinutes(cron, minutes);
      const before = previousOccurrence(schedule(cron, zone), at);
      const after = nextOccurrence(schedule(cron, zone), at);
      const found = [before && before >= from ? before : undefined, after && after <= to ? after : undefined];
      assert.deepEqual(found, [due.findLast((date) => date <= at), due.find((date) => date > at)]);
    };
    const second = fc.nat(72 * 3600);
    holdsFor(500, fc.property(anyCron, fc.constantFrom(...windowNames), second, agreesAt));
  });
});
