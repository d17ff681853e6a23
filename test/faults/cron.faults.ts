import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../lib/platform/errors.ts';
import { type Cron, parseCron } from '../../lib/schedules/cron.ts';
import { describeCron } from '../../lib/schedules/describe.ts';
import { toEventBridge } from '../../lib/schedules/eventbridge-cron.ts';
import { nextOccurrence } from '../../lib/schedules/occurrences.ts';
import { parseExpression } from '../../local/eventbridge/expression.ts';
import { anyCharacter } from '../support/any-character.ts';
import { anyCron } from '../support/random-cron.ts';
import { holdsForAll } from './harness/fuzz.ts';

const RUNS = 10_000;
const NOW = new Date('2026-11-25T12:00:30Z');
const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo'];

/** A cron with some characters put in, changed or taken out; or words that look like one. */
const text: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: anyCron },
  {
    weight: 6,
    arbitrary: fc
      .tuple(anyCron, fc.nat(), fc.nat({ max: 2 }), fc.constantFrom(...'0123456789*,-/ ?LW#H@\t\n٣'))
      .map(
        ([cron, at, cut, put]) =>
          cron.slice(0, at % cron.length) + put + cron.slice((at % cron.length) + cut),
      ),
  },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 600 }) },
  {
    weight: 2,
    arbitrary: fc
      .array(
        fc.constantFrom(
          '*',
          '0',
          '7',
          '*/0',
          '1-',
          '-1',
          '5-2',
          'mon',
          'JAN-dec',
          '1,2,',
          '?',
          '@daily',
          '1e1',
        ),
        {
          maxLength: 7,
        },
      )
      .map((fields) => fields.join(' ')),
  },
);

/** A cron's values as a text again. */
function written(cron: Cron): string {
  const hours = Array.from({ length: 24 }, (_, index) => index + 1).map((step) => `*/${step}`);
  const isSame = (step: string): boolean =>
    JSON.stringify(parseCron(`0 ${step} * * *`).hours) === JSON.stringify(cron.hours);
  const everyHour = cron.everyHour ? hours.find(isSame) : undefined;
  return [
    cron.minutes.join(','),
    everyHour ?? cron.hours.join(','),
    cron.anyDayOfMonth ? '*' : cron.daysOfMonth.join(','),
    cron.months.join(','),
    cron.anyDayOfWeek ? '*' : cron.daysOfWeek.join(','),
  ].join(' ');
}

function parsed(cron: string): Cron | DomainError {
  try {
    return parseCron(cron);
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

describe('any text given as a cron', () => {
  it('is refused in words about the cron, or read so that its values written out mean the same', async () => {
    let taken = 0;
    await holdsForAll(RUNS, text, async (given) => {
      const cron = parsed(given);
      if (cron instanceof DomainError) {
        expect(cron.kind).toBe('invalid');
        expect(cron.fields).toEqual([{ field: 'cron', message: expect.stringMatching(/^.{5,2000}$/s) }]);
        return;
      }
      taken += 1;
      const again = parseCron(written(cron));
      // A field that begins with a star beside others (`*/5,7`) can't be written out.
      const { everyHour, starredDay } = cron;
      expect({ ...again, everyHour, starredDay }).toEqual(cron);
    });
    expect(taken).toBeGreaterThan(RUNS / 10);
  });

  it('that is read is one that EventBridge takes, that has a next time, and that can be described', async () => {
    const values = fc.record({ given: text, zone: fc.constantFrom(...ZONES) });
    await holdsForAll(RUNS / 10, values, async ({ given, zone }) => {
      const cron = parsed(given);
      if (cron instanceof DomainError) return;
      const expressions = toEventBridge({ cron, zone }, NOW);
      expect([1, 2]).toContain(expressions.length);
      for (const expression of expressions) expect(parseExpression(expression)).toBeDefined();
      expect(nextOccurrence({ cron, zone }, NOW)?.getTime()).toBeGreaterThan(NOW.getTime());
      expect(describeCron(cron)).toMatch(/^(?!.*(?:undefined|null|NaN|\[object)).{3,}$/);
    });
  });
});
