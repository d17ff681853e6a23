import { describe, expect, it } from '@jest/globals';
import { hasNumericWeekdays, readPcfCron } from '../../cli/import/pcf-cron.ts';
import type { PcfJob, PcfSchedule } from '../../cli/import/pcf-file.ts';
import { planImport } from '../../cli/import/pcf-plan.ts';

describe('a cron of PCF Scheduler', () => {
  it.each([
    ['0 2 ? * * ', 0, '0 2 * * *'],
    ['*/15 * * * ?', 1, '*/15 * * * *'],
    ['0 2 ? * MON-FRI', 1, '0 2 * * mon-fri'],
    ['0 2 ? * */2', undefined, '0 2 * * */2'],
    ['0 2 ? * 1', 1, '0 2 * * sun'],
    ['0 2 ? * 1', 0, '0 2 * * mon'],
    ['0 2 ? * 0,7', 0, '0 2 * * sun'],
    ['0 2 ? * 7', 1, '0 2 * * sat'],
    ['0 2 ? * 2-6', 1, '0 2 * * mon-fri'],
    ['0 2 ? * 5-7', 0, '0 2 * * fri,sat,sun'],
    ['0 2 ? * 1-7', 1, '0 2 * * sun-sat'],
    ['0 2 ? * 2/2', 1, '0 2 * * mon,wed,fri'],
    ['0 2 ? * 1-5/2', 0, '0 2 * * mon,wed,fri'],
    ['0 2 ? * MON,3', 1, '0 2 * * mon,tue'],
    ['0 2 ? * FRI-MON', 1, '0 2 * * fri,sat,sun,mon'],
    ['0 2 ? * sat-wed/2,thu', 0, '0 2 * * sat,mon,wed,thu'],
    ['0 2 ? * 6-2', 1, '0 2 * * fri,sat,sun,mon'],
    ['0 2 ? * 5-1', 0, '0 2 * * fri,sat,sun,mon'],
    ['58-1 22-2/2 30-1 NOV-JAN ?', 0, '58,59,0,1 22,0,2 30,31,1 nov,dec,jan *'],
    ['0-70 25-2 3-2L X-Y ?', 0, '0-70 25-2 3-2l x-y *'],
  ] as const)('"%s" with Sunday as %s is "%s"', (expression, sunday, cron) => {
    expect(readPcfCron(expression, sunday)).toEqual({ cron });
  });

  it.each([
    ['0 2 ? * 2', undefined, /manuals disagree.*--sunday-is 0 or --sunday-is 1/],
    ['0 2 ? * 0', 1, /invalid weekday "0": days are 1 to 7/],
    ['0 2 ? * 8', 0, /invalid weekday "8": days are 0 to 7/],
    ['0 2 ? * 8-2', 1, /weekday "8-2"/],
    ['0 2 ? * 2L', 1, /weekday "2L"/],
    ['0 2 ? * 2#1', 0, /weekday "2#1"/],
    ['0 0 2 ? * MON', 0, /expected 5 fields, found 6/],
  ] as const)('"%s" with Sunday as %s is rejected', (expression, sunday, problem) => {
    expect(readPcfCron(expression, sunday)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it.each([
    ['0 2 ? * 2', true],
    ['0 2 ? * TUE', false],
    ['0 2 ? * */2', false],
    ['0 2 1 * ?', false],
  ])('"%s" depends on the number of Sunday: %s', (expression, numeric) => {
    expect(hasNumericWeekdays(expression)).toBe(numeric);
  });
});

describe('names of imported jobs', () => {
  const schedule = (guid: string): PcfSchedule => ({
    guid,
    enabled: true,
    expression: '0 2 * * *',
    expression_type: 'cron_expression',
    created_at: '',
  });
  const job = (name: string, guid: string, schedules: readonly PcfSchedule[] = []): PcfJob => ({
    guid,
    name,
    app_guid: 'a',
    created_at: '',
    schedules,
  });
  const namesOf = (...jobs: readonly PcfJob[]) =>
    planImport(
      { jobs, apps: new Map([['a', 'billing']]), calls: [] },
      { sunday: undefined, timeZone: 'UTC', apps: new Map() },
    ).map(({ name }) => name);

  it('stay when a schedule is added later', () => {
    const before = namesOf(job('Report!', 'g', [schedule('aaaaaaaa-1'), schedule('bbbbbbbb-2')]));
    const after = namesOf(
      job('Report!', 'g', [schedule('aaaaaaaa-1'), schedule('bbbbbbbb-2'), schedule('cccccccc-3')]),
    );
    expect(before).toEqual(['report', 'report-bbbbbbbb']);
    expect(after).toEqual([...before, 'report-cccccccc']);
  });

  it('are told apart where two jobs would have one', () => {
    expect(namesOf(job('a b', '11111111-x'), job('A_B', '22222222-y'))).toEqual(['a-b', 'a-b-22222222']);
  });

  it.each([
    ['too long', 'x'.repeat(80)],
    ['of other letters', '보고서'],
    ['that ends in a hyphen once it is cut', `${'x'.repeat(62)}-y`],
  ])('are names of jobs, also of one %s', (_, name) => {
    for (const found of namesOf(job(name, 'g', [schedule('aaaaaaaa-1'), schedule('bbbbbbbb-2')]))) {
      expect(found).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
    }
  });
});
