import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseCron } from '../../lib/schedules/cron.ts';
import { desiredRules, expressionsHash, toEventBridge } from '../../lib/schedules/eventbridge-cron.ts';
import { occurrencesBetween, toSchedule } from '../../lib/schedules/occurrences.ts';
import { firesAt, parseExpression } from '../../local/eventbridge/expression.ts';
import { clockMinutes, dueMinutes } from '../support/cron-oracle.ts';
import { holdsFor } from '../support/property.ts';
import { anyCron, dailyCron } from '../support/random-cron.ts';

const NOW = new Date('2026-01-01T00:00Z');
const DAY_MS = 86_400_000;

const expressionsOf = (cron: string, zone = 'UTC') => toEventBridge({ cron: parseCron(cron), zone }, NOW);

/** Returns a function that is true when one of a cron's rules fires, as AWS reads their expressions. */
function rulesOf(cron: string, zone: string): (minute: Date) => boolean {
  const rules = expressionsOf(cron, zone).map((text) => {
    const expression = parseExpression(text);
    if (expression === undefined) throw new Error(`AWS refuses ${text}, made from ${cron} in ${zone}`);
    return expression;
  });
  return (minute) => rules.some((rule) => firesAt(rule, minute, NOW));
}

describe('toEventBridge in UTC', () => {
  it.each([
    ['every minute', '* * * * *', ['cron(* * * * ? *)']],
    ['a step of the clock', '*/7 * * * *', ['cron(0/7 * * * ? *)']],
    ['a step from another minute on', '5-59/15 * * * *', ['cron(5/15 * * * ? *)']],
    ['a list that is a step', '0,15,30,45 * * * *', ['cron(0/15 * * * ? *)']],
    ['a step past the end, which AWS rejects', '*/90 * * * *', ['cron(0 * * * ? *)']],
    ['hours around midnight, without a reversed range', '0 22-23,0-2 * * *', ['cron(0 0-2,22,23 * * ? *)']],
    ['days of the month by step', '0 0 */2 * *', ['cron(0 0 1/2 * ? *)']],
    ['the 31st of any month', '0 0 31 * *', ['cron(0 0 31 * ? *)']],
    ['names of months', '0 0 1 jan-mar,dec *', ['cron(0 0 1 JAN-MAR,DEC ? *)']],
    ['months by step', '0 0 * 2-10/4 *', ['cron(0 0 * FEB,JUN,OCT ? *)']],
    ['a yearly one', '@yearly', ['cron(0 0 1 JAN ? *)']],
    ['working days', '0 0 * * 1-5', ['cron(0 0 ? * MON-FRI *)']],
    ['Sunday', '@weekly', ['cron(0 0 ? * SUN *)']],
    ['a week-end that begins on Friday', '0 0 * * fri-sun', ['cron(0 0 ? * SUN,FRI,SAT *)']],
    ['weekdays by step, which AWS does not list', '0 0 * * 1-5/2', ['cron(0 0 ? * MON,WED,FRI *)']],

    // Either day is meant, and a rule takes one day field.
    ['both days', '30 4 1,15 * 5', ['cron(30 4 1,15 * ? *)', 'cron(30 4 ? * FRI *)']],
    ['a step is a restricted day', '0 0 */2 * 1', ['cron(0 0 1/2 * ? *)', 'cron(0 0 ? * MON *)']],
    ['all days of the month, or Monday', '0 0 1-31 * 1', ['cron(0 0 * * ? *)']],
    ['all days of the week, or the 13th', '0 0 13 * 0-6', ['cron(0 0 * * ? *)']],
    ['all days of February, or Monday', '0 0 1-29 2 1', ['cron(0 0 * FEB ? *)']],
    ['30 February, or Monday', '0 0 30 2 1', ['cron(0 0 ? FEB MON *)']],
  ])('%s: %s', (_, cron, expected) => {
    expect(expressionsOf(cron)).toEqual(expected);
  });

  it('fits into the 256 characters of a rule, two of each three values in every field', () => {
    const twoOfThree = (first: number, last: number, skip: number): string =>
      Array.from({ length: last - first + 1 }, (_, index) => first + index)
        .filter((value) => value % 3 !== skip && value !== 8)
        .join(',');
    const cron = `${twoOfThree(0, 59, 2)},9 ${twoOfThree(0, 23, 2)} ${twoOfThree(1, 31, 0)},8 1,2,4,5,7,8,10,11 *`;
    const [expression = ''] = expressionsOf(cron);
    expect(expression.length).toBeGreaterThan(240);
    expect(expression.length).toBeLessThanOrEqual(256);
  });
});

describe('toEventBridge with a zone', () => {
  it.each([
    ['both offsets of the year', '0 9 * * 1-5', 'America/New_York', ['cron(0 13,14 ? * MON-FRI *)']],
    ['half an hour of summer time', '0 2 * * *', 'Australia/Lord_Howe', ['cron(0,30 15 * * ? *)']],
    ['a weekday that is the day before in UTC', '0 0 * * 0', 'Pacific/Kiritimati', ['cron(0 10 ? * SAT *)']],
    ['a weekday that is either', '30 20 * * 5', 'America/New_York', ['cron(30 0,1 ? * SAT *)']],
    ['the first of a month: the last day before it', '0 1 1 * *', 'Asia/Tokyo', ['cron(0 16 L * ? *)']],
    ['1 March: 28 or 29 February', '0 1 1 3 *', 'Asia/Tokyo', ['cron(0 16 L FEB ? *)']],
    ['the first of a year', '15 0 1 1 *', 'Asia/Kolkata', ['cron(45 18 31 DEC ? *)']],
    ['the 31st: the first after it', '0 22 31 * *', 'America/Los_Angeles', ['cron(0 5,6 1 * ? *)']],
    ['a leap day', '0 3 29 2 *', 'Asia/Kathmandu', ['cron(15 21 28 FEB ? *)']],
    ['both days', '0 2 13 * 5', 'Australia/Lord_Howe', ['cron(0,30 15 12 * ? *)', 'cron(0,30 15 ? * THU *)']],
    ['every minute', '* * * * *', 'Europe/Berlin', ['cron(* * * * ? *)']],
    ['a month widened by the day before', '0 0,12 * 6 *', 'Asia/Tokyo', ['cron(0 3,15 * MAY,JUN ? *)']],
  ])('%s: %s in %s', (_, cron, zone, expected) => {
    expect(expressionsOf(cron, zone)).toEqual(expected);
  });
});

describe('the rules of any cron', () => {
  const ZONES = [
    'Europe/Berlin',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Cairo',
    'America/Santiago',
  ];
  const FAR_ZONES = [
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
    'Asia/Kathmandu',
    'Africa/Casablanca',
    'Antarctica/Troll',
  ];
  const zones = [...ZONES, ...FAR_ZONES];
  const minutesOf = (zone: string, day: string) =>
    clockMinutes(zone, new Date(`${day}T00:00Z`), new Date(Date.parse(day) + 2 * DAY_MS));

  it('fire in each of its minutes and in no other, in UTC', () => {
    const days = ['2026-02-28', '2026-12-31', '2028-02-29', '2030-04-30', '2029-08-13'];
    const windows = new Map(days.map((day) => [day, minutesOf('UTC', day)]));
    const agrees = (cron: string, day: string) => {
      const minutes = windows.get(day) ?? [];
      const fires = rulesOf(cron, 'UTC');
      assert.deepEqual(minutes.map(({ at }) => at).filter(fires), dueMinutes(cron, minutes));
    };
    holdsFor(300, fc.property(anyCron, fc.constantFrom(...days), agrees));
  });

  it('fire on each of its days and on no other in eight years, in UTC', () => {
    const days = Array.from({ length: 8 * 365 + 2 }, (_, day) => new Date(NOW.getTime() + day * DAY_MS));
    const agrees = (cron: string) => {
      const [minute, hour] = cron.split(' ').map(Number);
      const times = days.map((day) => new Date(day.getTime() + ((hour ?? 0) * 60 + (minute ?? 0)) * 60_000));
      const last = times.at(-1) ?? NOW;
      const due = [...occurrencesBetween({ cron: parseCron(cron), zone: 'UTC' }, NOW, last)];
      assert.deepEqual(times.filter(rulesOf(cron, 'UTC')), due);
    };
    holdsFor(100, fc.property(dailyCron, agrees));
  });

  it('fire whenever it is due in five years, with a zone', () => {
    const end = new Date(NOW.getTime() + 5 * 365 * DAY_MS);
    const holds = (cron: string, zone: string) => {
      const fires = rulesOf(cron, zone);
      const missed = [...occurrencesBetween({ cron: parseCron(cron), zone }, NOW, end)].filter(
        (at) => !fires(at),
      );
      assert.deepEqual(missed, []);
    };
    holdsFor(300, fc.property(dailyCron, fc.constantFrom(...zones), holds));
  });

  it('fire in each of its minutes around a change of clocks', () => {
    const nights = [
      ['Europe/Berlin', '2026-10-24'],
      ['America/New_York', '2026-10-31'],
      ['Australia/Lord_Howe', '2026-04-04'],
      ['Africa/Cairo', '2026-10-29'],
      ['America/Santiago', '2026-09-05'],
      ['Pacific/Pago_Pago', '2027-12-31'],
    ] as const;
    const windows = new Map(nights.map(([zone, day]) => [zone, minutesOf(zone, day)]));
    const holds = (cron: string, zone: (typeof nights)[number][0]) => {
      const fires = rulesOf(cron, zone);
      assert.deepEqual(
        dueMinutes(cron, windows.get(zone) ?? []).filter((at) => !fires(at)),
        [],
      );
    };
    holdsFor(300, fc.property(anyCron, fc.constantFrom(...nights.map(([zone]) => zone)), holds));
  });

  it('contain only syntax that AWS is known to accept', () => {
    const plain =
      /^cron\((?:[\d,/-]+|\*) (?:[\d,/-]+|\*) (?:[\d,/-]+|[*?L]) (?:[A-Z,-]+|\*) (?:[A-Z,-]+|\?) \*\)$/;
    holdsFor(
      300,
      fc.property(anyCron, fc.constantFrom('UTC', ...zones), (cron, zone) => {
        const expressions = expressionsOf(cron, zone);
        expect([1, 2]).toContain(expressions.length);
        for (const expression of expressions) expect(expression).toMatch(plain);
      }),
    );
  });
});

describe('expressionsHash', () => {
  it('differs for other rules, and for another order of them', () => {
    const [one, two] = ['cron(0 0 13 * ? *)', 'cron(0 0 ? * FRI *)'];
    const hashes = [[one, two], [two, one], [one], [`${one}${two}`]].map(expressionsHash);
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(expressionsHash([one, two])).toBe(hashes[0]);
  });
});

describe('desiredRules', () => {
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
