import { describe, expect, it } from '@jest/globals';
import { isRuleName, ruleName, ruleNamesOf, rulePrefix } from '../../lib/schedules/rule-names.ts';

const STAGE = { service: 'taskbridge', stage: 'dev' };

describe('ruleName', () => {
  it('is the same for the same job, and different for others', () => {
    const names = [
      ruleName(STAGE, 'team-a', 'report', 0),
      ruleName(STAGE, 'team-a', 'report', 1),
      ruleName(STAGE, 'team', 'a-report', 0),
      ruleName(STAGE, 'team-b', 'report', 0),
    ];
    expect(names[0]).toMatch(/^taskbridge-dev-job-[0-9a-f]{12}-0$/);
    expect(names[1]).toBe(names[0]?.replace(/0$/, '1'));
    expect(new Set(names).size).toBe(4);
    expect(ruleName(STAGE, 'team-a', 'report', 0)).toBe(names[0]);
  });

  it('fits into the 64 characters of AWS with the longest service that is allowed', () => {
    const longest = { service: 's'.repeat(41), stage: 'dev' };
    expect(ruleName(longest, 'team-a', 'report', 1)).toHaveLength(64);
    expect(() => rulePrefix({ ...longest, stage: 'prod' })).toThrow('at most 50 letters');
  });
});

describe('rulePrefix rejects', () => {
  it.each([
    ['a stage with a dash', { service: 'taskbridge', stage: 'dev-1' }, 'Stage "dev-1"'],
    ['a stage in capitals', { service: 'taskbridge', stage: 'Dev' }, 'Stage "Dev"'],
    [
      'a service with a space',
      { service: 'task bridge', stage: 'dev' },
      '"task bridge-dev-job-" is no prefix',
    ],
  ])('%s', (_, stage, message) => {
    expect(() => rulePrefix(stage)).toThrow(message);
  });
});

describe('isRuleName', () => {
  const inner = { service: 'taskbridge-dev-job', stage: 'x' };
  it.each([
    ['a rule of the stage', ruleName(STAGE, 'team-a', 'report', 0), true],
    ['a rule of another stage', ruleName({ ...STAGE, stage: 'prod' }, 'team-a', 'report', 0), false],
    ['a rule of a service whose name begins with our prefix', ruleName(inner, 'team-a', 'report', 0), false],
    ['a name with a third number', 'taskbridge-dev-job-0123456789ab-2', false],
    ['a name with more behind it', 'taskbridge-dev-job-0123456789ab-0-0', false],
  ])('%s', (_, name, expected) => {
    expect(isRuleName(STAGE, name)).toBe(expected);
  });
});

describe('ruleNamesOf', () => {
  it('returns the names of both rules, the same each time', () => {
    const names = [0, 1].map((index) => ruleName(STAGE, 'team-a', 'report', index));
    expect(ruleNamesOf(STAGE, { space: 'team-a', name: 'report' })).toEqual(names);
    expect(ruleNamesOf(STAGE, { space: 'team-a', name: 'report' })).toEqual(names);
    expect(ruleNamesOf({ ...STAGE, stage: 'prod' }, { space: 'team-a', name: 'report' })).not.toEqual(names);
  });
});
