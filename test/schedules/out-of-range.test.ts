import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { dueOf, passedOver } from '../../lib/jobs/due-runs.ts';
import { toJob } from '../../lib/jobs/repository-records.ts';
import { parseCron } from '../../lib/schedules/cron.ts';
import { desiredRules } from '../../lib/schedules/eventbridge-cron.ts';
import { nextOccurrence, occurrencesBetween, previousOccurrence } from '../../lib/schedules/occurrences.ts';
import { holdsFor } from '../support/property.ts';

const ZONES = ['UTC', 'Europe/Berlin', 'Pacific/Apia', 'America/New_York', 'Asia/Kathmandu'];
const CRONS = ['* * * * *', '0 0 29 2 *', '30 2 31 12 *', '0 0 13 * 5', '59 23 31 1,12 *', '0 0 1 1 *'];

/** Ends of what a Date holds, of four-digit years and of what RFC 3339 can say, and what lies beyond each. */
const EDGES = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  ...[
    -8.64e15,
    8.64e15,
    Date.UTC(-1, 11, 31),
    Date.UTC(0, 0, 1) - 1,
    Date.UTC(9999, 11, 31, 23, 59, 59, 999),
  ],
  new Date('0000-01-01T00:00:00Z').getTime(),
  new Date('0001-01-01T00:00:00Z').getTime(),
];

const time = fc
  .oneof(
    fc.tuple(fc.constantFrom(...EDGES), fc.integer({ min: -1e11, max: 1e11 })).map(([edge, by]) => edge + by),
    fc.constantFrom(...EDGES),
    fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
  )
  .map((ms) => new Date(ms));
const spec = fc.record({ cron: fc.constantFrom(...CRONS), timeZone: fc.constantFrom(...ZONES) });

/** Year that RFC 3339 has four digits for. */
const isWritable = (date: Date): boolean => /^\d{4}-/.test(date.toISOString());

describe('a time at or beyond the ends of the calendar', () => {
  it('has a next and a previous occurrence that can be written, or none', () => {
    holdsFor(
      2_000,
      fc.property(spec, time, ({ cron, timeZone }, at) => {
        const schedule = { cron: parseCron(cron), zone: timeZone };
        for (const found of [nextOccurrence(schedule, at), previousOccurrence(schedule, at)])
          assert(found === undefined || isWritable(found), String(found?.getTime()));
        assert([...occurrencesBetween(schedule, at, new Date(at.getTime() + 1_000))].length <= 1);
      }),
    );
  });

  it('has rules, or an error, and an end to the search', () => {
    holdsFor(
      300,
      fc.property(spec, time, (one, at) => {
        try {
          assert(desiredRules(one, at).expressions.length > 0);
        } catch (error) {
          assert(error instanceof RangeError);
        }
      }),
    );
  });

  it('is ignored in the status of a job, and decides what is due all the same', () => {
    const metadata = {
      name: 'nightly',
      namespace: 's',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '',
    };
    const texts = fc.oneof(
      time.filter((one) => !Number.isNaN(one.getTime())).map((one) => one.toISOString()),
      fc.constantFrom('0000-01-01T00:00:00Z', '9999-12-31T23:59:59Z', '-271821-04-20T00:00:00Z', 'x', ''),
    );
    holdsFor(
      1_000,
      fc.property(spec, texts, texts, time, ({ cron, timeZone }, since, lastScheduleTime, now) => {
        const schedule = { cron, timeZone, since, driver: 'rules', expressionsHash: 'x' };
        const missed = { oldest: since, newest: lastScheduleTime, reason: 'TooLate' };
        const job = toJob({
          metadata,
          spec: { app: 'billing', schedule: { cron, timeZone } },
          status: { schedule, lastScheduleTime, missed },
        });
        assert('spec' in job);
        assert(job.status.schedule === undefined || isWritable(job.status.schedule.since));
        assert(typeof dueOf(job, now).outcome === 'string');
        passedOver(job.status, now);
      }),
    );
  });
});
