import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { at } from '../../local/kubernetes/object.ts';
import { ruleCauses } from '../../local/kubernetes/validation-rules.ts';
import { holdsFor } from '../support/property.ts';
import { isCron, writtenCron } from '../support/written-cron.ts';

const definition: unknown = parse(
  readFileSync(new URL('../../cluster/crds/jobs.yaml', import.meta.url), 'utf8'),
);
const SPEC_PATH = ['schema', 'openAPIV3Schema', 'properties', 'spec', 'properties', 'schedule'];

/** Schema of a schedule in the Job's definition. */
function schemaOfSchedule(): unknown {
  const versions = at(definition, 'spec', 'versions');
  return Array.isArray(versions) ? at(versions[0], ...SPEC_PATH) : undefined;
}
const schema = schemaOfSchedule();

const isTaken = (cron: string): boolean => ruleCauses(schema, { cron }).length === 0;

describe('the rule of a cron in the definition of a Job', () => {
  it('takes every text that the parser takes', () => {
    let taken = 0;
    holdsFor(
      2_000,
      fc.property(writtenCron, (text) => {
        if (!isCron(text)) return;
        taken += 1;
        assert.ok(isTaken(text), JSON.stringify(text));
      }),
    );
    expect(taken).toBeGreaterThan(800);
  });

  it.each([
    ...['H 2 * * *', 'H/15 * * * *', 'H(0-29) 2 * * 1-5', 'H H(1-5)/2 H * *', '0,H 2 * * *', 'h h * * *'],
    ...['0 0 H(1-28) H(jan-mar) H(mon-sun)', 'H(0-29)/10,H(30-59) * * * *'],
  ])('takes hashed values: %s', (cron) => {
    expect(isTaken(cron)).toBe(true);
  });

  it.each([
    ...['61 * * * *', '* 24 * * *', '* * 0 * *', '* * 32 * *', '* * * 13 * ', '* * * * 8', '060 * * * *'],
    ...['0 0 0 2 * *', '0 2 * *', 'abc', '', ' ', '@reboot', '@every 5m', '@dailyy', '*/0 * * * *'],
    ...['cron(0 2 * * ? *)', 'TZ=UTC 0 2 * * *', '0 2 * * mon#2', '0 2 L * *', '1,,2 * * * *', '5- * * * *'],
    ...['** * * * *', '-1 * * * *', '1.5 * * * *', 'jan * * * *', '* * mon * *', '0\u20032', '*/2/3 * * * *'],
  ])('refuses the plain mistake "%s", as the parser does', (cron) => {
    expect(isCron(cron)).toBe(false);
    expect(isTaken(cron)).toBe(false);
  });

  it('says what is allowed', () => {
    expect(ruleCauses(schema, { cron: '61 * * * *' }, 'spec.schedule')).toMatchObject([
      {
        field: 'spec.schedule.cron',
        message: expect.stringMatching(/^Invalid value: "string": write five fields: minute 0-59, /),
      },
    ]);
  });
});
