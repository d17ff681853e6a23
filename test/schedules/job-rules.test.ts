import { describe, expect, it } from '@jest/globals';
import { toSchedule } from '../../lib/jobs/job.ts';
import { expressionsHash, toEventBridge } from '../../lib/schedules/eventbridge-cron.ts';
import { desiredRules, ruleNamesOf } from '../../lib/schedules/job-rules.ts';
import { ruleName } from '../../lib/schedules/rule-names.ts';

const STAGE = { service: 'taskbridge', stage: 'test' };

describe('wantedRules', () => {
  it.each([
    { cron: '0 0 13 * fri', timeZone: 'UTC' },
    { cron: '30 2 * * *', timeZone: 'Europe/Berlin' },
  ])('gives the expressions of $cron in $timeZone and their hash, the same all day', (schedule) => {
    const expressions = toEventBridge(toSchedule(schedule), new Date('2026-11-25T00:00:00Z'));
    const wanted = { expressions, hash: expressionsHash(expressions) };
    for (const time of ['00:00:00.000', '12:30:00.000', '23:59:59.999']) {
      expect(desiredRules(schedule, new Date(`2026-11-25T${time}Z`))).toEqual(wanted);
    }
  });

  it('drops an offset that a zone has left for good', () => {
    const schedule = { cron: '0 12 * * *', timeZone: 'America/Sao_Paulo' };
    const hashes = ['2018-01-01', '2026-01-01'].map((day) => desiredRules(schedule, new Date(day)).hash);
    expect(new Set(hashes).size).toBe(2);
  });
});

describe('ruleNamesOf', () => {
  it('gives the names of both rules, however often it is asked', () => {
    const names = [0, 1].map((index) => ruleName(STAGE, 'team-a', 'report', index));
    expect(ruleNamesOf(STAGE, { space: 'team-a', name: 'report' })).toEqual(names);
    expect(ruleNamesOf(STAGE, { space: 'team-a', name: 'report' })).toEqual(names);
    expect(ruleNamesOf({ ...STAGE, stage: 'prod' }, { space: 'team-a', name: 'report' })).not.toEqual(names);
  });
});
