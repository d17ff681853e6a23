import { describe, expect, it } from '@jest/globals';
import { dueRuns } from '../../lib/jobs/due-runs.ts';
import { MINUTELY, outcomeOf, type Situation, timeOf } from '../support/due-situation.ts';

const situations = (rows: readonly Situation[]) =>
  it.each(rows)('$title', (situation) => expect(outcomeOf(situation)).toBe(situation.is));

describe('dueRuns: the time when the schedule was set', () => {
  situations([
    {
      title: 'after the last occurrence',
      since: '03:00',
      last: '01-01T02:00',
      now: '03:00:10',
      is: 'notDue',
    },
    { title: 'within the minute of one', since: '02:00:20', now: '02:00:40', is: 'notDue' },
    { title: 'on the second of one', since: '02:00:00', now: '02:00:40', is: 'due 02:00' },
    { title: 'before an outage began', since: '01:30', now: '09:00:00', is: 'due 02:00' },
    {
      title: 'another cron before it',
      cron: '30 * * * *',
      since: '02:10',
      last: '02:00',
      now: '02:30:05',
      is: 'due 02:30',
    },
    {
      title: 'before the last run of another cron',
      cron: '30 * * * *',
      since: '02:10',
      last: '01:00',
      now: '02:20:00',
      is: 'notDue',
    },
  ]);

  it('no schedule is set, or the new one is not synced yet', () => {
    expect(dueRuns({ suspend: false }, timeOf('02:00:00'))).toEqual({ outcome: 'notScheduled' });
  });
});

describe('dueRuns: startingDeadlineSeconds', () => {
  situations([
    { title: 'kept to the second', deadline: 7200, last: '05-05T02:00', now: '04:00:00', is: 'due 02:00' },
    {
      title: 'passed by a second',
      deadline: 7200,
      last: '05-05T02:00',
      now: '04:00:01',
      is: 'tooLate 02:00',
    },
    {
      title: 'passed by the missed one alone',
      deadline: 60,
      last: '05-04T02:00',
      now: '02:00:10',
      is: 'due 02:00',
    },
    {
      title: 'an outage stays one run',
      cron: MINUTELY,
      deadline: 100,
      last: '05-05T02:00',
      now: '02:00:30',
      is: 'due 02:00',
    },
    {
      title: 'passed by one late minute of two',
      cron: MINUTELY,
      deadline: 60,
      last: '01:58',
      now: '02:00:05',
      is: 'due 02:00',
    },
  ]);
});

describe('dueRuns: suspended', () => {
  situations([
    {
      title: 'nothing runs',
      cron: MINUTELY,
      suspend: true,
      last: '05-05T02:00',
      now: '02:00:30',
      is: 'suspended',
    },
    {
      title: 'resumed: one run, no burst',
      cron: MINUTELY,
      last: '05-05T02:00',
      now: '02:00:30',
      is: 'due 02:00',
    },
  ]);
});
