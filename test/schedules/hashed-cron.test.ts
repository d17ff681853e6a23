import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { JobSchedule } from '../../lib/jobs/job-schedule.ts';
import { parse } from '../../lib/platform/schema.ts';
import { parseCron } from '../../lib/schedules/cron.ts';
import { ownCron } from '../../lib/schedules/own-cron.ts';
import { holdsFor } from '../support/property.ts';

const REPORT = { space: 'team-a', name: 'report' };

/** Crons, and those that the job `report` of the space `team-a` has. */
const OWN = [
  ['H 2 * * *', '13 2 * * *'],
  ['H H * * *', '13 11 * * *'],
  ['  h\th(0-5) * * MON-FRI ', '13 5 * * MON-FRI'],
  ['H/15 * * * *', '13-59/15 * * * *'],
  ['H/1 * * * *', '0-59/1 * * * *'],
  ['H(0-29) 2 * * 1-5', '13 2 * * 1-5'],
  ['H(0-29)/10 * * * *', '3-29/10 * * * *'],
  ['H(7-7) * * * *', '7 * * * *'],
  ['0 0 H * *', '0 0 10 * *'],
  ['0 0 H(1-7) H *', '0 0 3 4 *'],
  ['0 0 * * H', '0 0 * * 5'],
  ['0 0 * H(jan-mar) H(mon-sun)', '0 0 * 1 6'],
  ['5,H,10 H/6 * * *', '5,13,10 5-23/6 * * *'],
  ['H/90 H/30 * * *', '13-59/90 11-23/30 * * *'],
  ['@hourly', '@hourly'],
  ['0 2 * * thu', '0 2 * * thu'],
] as const;

/** Values of jobs by Python's hashlib over JSON of space, name and field. They may never change: a job would move. */
const GOLDEN = [
  ['team-a', 'report', '13 11 10 4 5'],
  ['team-a', 'nightly', '39 20 16 8 4'],
  ['team-b', 'report', '48 5 13 10 6'],
  ['default', 'a', '41 8 17 1 3'],
  ['x'.repeat(63), 'y'.repeat(54), '35 5 1 10 5'],
] as const;

describe('the cron of a job', () => {
  it.each(OWN)('%j is %j', (cron, own) => {
    expect(ownCron(cron, REPORT)).toBe(own);
  });

  it.each(GOLDEN)('of %s and %s has the values %s', (space, name, values) => {
    expect(ownCron('H H H H H', { space, name })).toBe(values);
  });

  it.each([
    ['H(30-10) * * * *', 'minute "H(30-10)" is an empty range: write the smaller value first.'],
    ['H(0-60) * * * *', 'minute "60" is out of range: 0-59 are allowed.'],
    ['H(5) * * * *', 'minute "H(5)" can\'t be read: write H, H/15, H(0-29) or H(0-29)/10.'],
    ['H/0 * * * *', 'minute "H/0" has the step 0: write a step of 1 or more.'],
    ['0 H/x * * *', 'hour "H/x" can\'t be read: write H, H/15, H(0-29) or H(0-29)/10.'],
    ['0 0 H(1-31) * *', 'day of month "H(1-31)" ends with a day that some months lack: write at most 28.'],
    ['0 0 31 H *', '"0 0 31 2 *" never fires: no month "2" has a day "31".'],
    ['H 25 * * *', 'hour "25" is out of range: 0-23 are allowed.'],
    [`H${',H'.repeat(130)} * * * *`, '269 characters; at most 256 are allowed with H.'],
    [`${'H,'.repeat(100_000)}H * * * *`, '200009 characters; at most 512 are allowed.'],
    ['H-5 * * * *', 'minute "H-5" can\'t be read. Write 0-59, or lists, ranges and steps of them.'],
  ])('%s is refused', (cron, message) => {
    const parsed = parse(JobSchedule, { cron }, '');
    expect(parsed).toMatchObject({ ok: false, errors: [{ field: 'cron', message }] });
  });

  const FIELD = fc.constantFrom('H', 'H/2', 'H/7', 'H/40', 'H(1-5)', 'H(2-6)/2', '*', '1,H');
  const jobs = fc.record({ space: fc.string(), name: fc.string() });

  it('with H anywhere is a cron that fires', () => {
    holdsFor(
      1_000,
      fc.property(fc.tuple(FIELD, FIELD, FIELD, FIELD, FIELD), jobs, (fields, job) => {
        parseCron(ownCron(fields.join(' '), job));
      }),
    );
  });

  it('is as long as it may be, whatever the job', () => {
    const cron = `H/1${',H/1'.repeat(61)} * * * *`;
    holdsFor(
      100,
      fc.property(jobs, (job) => {
        parseCron(ownCron(cron, job));
      }),
    );
  });

  it('is spread evenly over the minutes', () => {
    const counts = new Map<string, number>();
    for (let job = 0; job < 10_000; job += 1) {
      const [minute = ''] = ownCron('H 2 * * *', { space: 'team-a', name: `job-${job}` }).split(' ');
      counts.set(minute, (counts.get(minute) ?? 0) + 1);
    }
    const expected = 10_000 / 60;
    const sum = [...counts.values()].reduce((total, count) => total + (count - expected) ** 2 / expected, 0);
    expect(counts.size).toBe(60);
    // χ² with 59 degrees of freedom: 98.3 is exceeded by one even distribution in a thousand.
    expect(sum).toBeLessThan(98.3);
  });
});
