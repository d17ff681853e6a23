import { describe, expect, it } from '@jest/globals';
import { dueRuns, nowOfTrigger } from '../../lib/jobs/due-runs.ts';
import { jobOf, MINUTELY, outcomeOf, type Situation, timeOf } from '../support/due-situation.ts';

const WORKDAYS = '0 9 * * 1-5';
const BERLIN = 'Europe/Berlin';
const NEW_YORK = 'America/New_York';

const situations = (rows: readonly Situation[]) =>
  it.each(rows)('$title', (situation) => expect(outcomeOf(situation)).toBe(situation.is));

describe('dueRuns: a trigger in its minute', () => {
  situations([
    { title: 'on the second', last: '05-05T02:00', now: '02:00:00', is: 'due 02:00' },
    { title: 'a second too early', last: '05-05T02:00', now: '01:59:59', is: 'notDue' },
    { title: 'in the last second', last: '05-05T02:00', now: '02:00:59', is: 'due 02:00' },
    { title: 'a duplicate', last: '02:00', now: '02:00:40', is: 'notDue' },
    { title: 'a duplicate three minutes later', last: '02:00', now: '02:03:00', is: 'notDue' },
    { title: 'a zoned rule, due', zone: BERLIN, last: '05-05T00:00', now: '00:00:10', is: 'due 00:00' },
    { title: 'a zoned rule at its other offset', zone: BERLIN, last: '00:00', now: '01:00:10', is: 'notDue' },
    {
      title: 'a rule of a cron that was replaced',
      cron: '0 5 * * *',
      last: '05-05T05:00',
      now: '02:00:10',
      is: 'notDue',
    },
    { title: 'a job that never ran', since: '00:00', now: '02:00:05', is: 'due 02:00' },
  ]);
});

describe('dueRuns: late', () => {
  situations([
    { title: 'by a minute', last: '05-05T02:00', now: '02:01:00', is: 'due 02:00' },
    {
      title: 'into the next minute: both run',
      cron: MINUTELY,
      last: '01:58',
      now: '02:00:05',
      is: 'due 01:59 02:00',
    },
    {
      title: '120 seconds: all run',
      cron: MINUTELY,
      last: '01:57',
      now: '02:00:00',
      is: 'due 01:58 01:59 02:00',
    },
    { title: '121 seconds: an outage', cron: MINUTELY, last: '01:57', now: '02:00:01', is: 'due 02:00' },
    { title: 'by an hour', cron: MINUTELY, last: '01:00', now: '02:00:01', is: 'due 02:00' },
    { title: 'by a day', last: '05-04T02:00', now: '01:00:00', is: 'due 05-05T02:00' },
    { title: 'every minute of a day', cron: MINUTELY, last: '05-05T02:00', now: '02:00:30', is: 'due 02:00' },
    { title: 'by three months', last: '02-06T02:00', now: '12:00:00', is: 'due 02:00' },
    {
      title: 'Friday, when called on Sunday',
      cron: WORKDAYS,
      last: '09:00',
      now: '05-10T12:00',
      is: 'due 05-08T09:00',
    },
    { title: 'nothing is left after it', cron: MINUTELY, last: '02:00', now: '02:00:31', is: 'notDue' },
  ]);
});

describe('dueRuns: clocks', () => {
  situations([
    { title: 'gone back behind the last run', cron: MINUTELY, last: '02:00', now: '01:50:00', is: 'notDue' },
    { title: 'gone back before it was set', cron: MINUTELY, since: '02:00', now: '01:00:00', is: 'notDue' },
    {
      title: 'a time in the gap',
      cron: '30 2 * * *',
      zone: BERLIN,
      since: '03-28T12:00',
      now: '03-29T12:00',
      is: 'notDue',
    },
    {
      title: 'a time shown again',
      cron: '30 1 * * *',
      zone: NEW_YORK,
      last: '11-01T05:30',
      now: '11-01T06:30',
      is: 'notDue',
    },
    {
      title: 'an hour shown again under *',
      cron: '30 * * * *',
      zone: NEW_YORK,
      last: '11-01T05:30',
      now: '11-01T06:30',
      is: 'due 11-01T06:30',
    },
  ]);
});

describe('dueRuns returns the oldest occurrence that has not run', () => {
  it.each<Situation>([
    { title: 'of a run in time', last: '05-05T02:00', now: '02:00:10', is: '02:00' },
    { title: 'of an outage', cron: MINUTELY, last: '01:00', now: '02:00:10', is: '01:01' },
    { title: 'past its deadline', deadline: 60, last: '05-03T02:00', now: '04:00:00', is: '05-04T02:00' },
  ])('$title', (situation) => {
    expect(dueRuns(jobOf(situation), timeOf(situation.now))).toMatchObject({ oldest: timeOf(situation.is) });
  });
});

describe('nowOfTrigger', () => {
  it.each([
    ['a delayed trigger uses the clock', '02:03:00', '02:00:00', '02:03:00'],
    ['a clock that is behind yields to the minute of the rule', '01:59:50', '02:00:00', '02:00:00'],
    ['a clock two minutes behind too', '01:58:00', '02:00:00', '02:00:00'],
    ['a trigger from far ahead is trusted for two minutes', '01:00:00', '02:00:00', '01:02:00'],
  ])('%s', (_, clock, rule, expected) => {
    expect(nowOfTrigger(timeOf(clock), timeOf(rule))).toEqual(timeOf(expected));
  });
});
