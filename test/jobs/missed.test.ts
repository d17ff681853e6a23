import { describe, expect, it } from '@jest/globals';
import { passedOver, withMissed } from '../../lib/jobs/due-runs.ts';
import type { JobStatus } from '../../lib/jobs/job.ts';

const at = (time: string): Date => new Date(`2026-11-25T${time}:00Z`);

describe('passedOver', () => {
  const hourly = (more: Partial<JobStatus> = {}): JobStatus => ({
    schedule: { cron: '0 * * * *', timeZone: 'UTC', since: at('09:30'), driver: 'rules' },
    conditions: [],
    ...more,
  });

  it.each([
    ['nothing before the first', hourly(), '10:00', undefined],
    ['those since the schedule was set', hourly(), '13:00', ['10:00', '12:00']],
    ['those since the last run', hourly({ lastScheduleTime: at('11:00') }), '13:00', ['12:00', '12:00']],
    [
      'but those that are known',
      hourly({ missed: { oldest: at('10:00'), newest: at('11:00'), reason: 'TooLate', reported: true } }),
      '13:00',
      ['12:00', '12:00'],
    ],
    ['nothing without a schedule', { conditions: [] }, '13:00', undefined],
  ])('%s', (_, status, occurrence, range) => {
    const [oldest, newest] = range ?? [];
    const expected =
      oldest === undefined || newest === undefined
        ? undefined
        : { oldest: at(oldest), newest: at(newest), reason: 'Superseded' };
    expect(passedOver(status, at(occurrence))).toEqual(expected);
  });
});

describe('withMissed', () => {
  it('adds what was missed before and is not reported', () => {
    const before = { oldest: at('10:00'), newest: at('11:00'), reason: 'TooLate' } as const;
    const now = { oldest: at('12:00'), newest: at('12:00'), reason: 'Superseded' } as const;
    expect(withMissed(before, now)).toEqual({ ...now, oldest: at('10:00') });
    expect(withMissed({ ...before, reported: true }, now)).toEqual(now);
    expect(withMissed(before, undefined)).toBeUndefined();
  });
});
