import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DomainError } from '../../lib/platform/errors.ts';
import { type Cron, parseCron } from '../../lib/schedules/cron.ts';
import { parseExpression } from '../../local/eventbridge/expression.ts';
import { holdsFor } from '../support/property.ts';

const messageFor = (text: string): string => {
  try {
    parseCron(text);
  } catch (error) {
    if (error instanceof DomainError) return error.fields[0]?.message ?? '';
    throw error;
  }
  return '';
};

/** Unix-cron expressions that a message advises. */
const adviceFor = (text: string): readonly string[] =>
  [...messageFor(text).matchAll(/ write "([^"]+)"/g)].map(([, advised = '']) => advised);

describe('a cron of six or seven fields', () => {
  it.each([
    ['0 2 * * ? *', ['0 2 * * *'], 'EventBridge'],
    ['cron(0 2 * * ? *)', ['0 2 * * *'], 'EventBridge'],
    ['0 2 ? * 2-6 *', ['0 2 * * mon-fri'], 'EventBridge'],
    ['0 2 ? * 1,7 *', ['0 2 * * sun,sat'], 'EventBridge'],
    ['0 2 ? * 2/2 *', ['0 2 * * mon/2'], 'EventBridge'],
    ['0 2 ? * MON-FRI *', ['0 2 * * MON-FRI'], 'EventBridge'],
    ['0 0 2 ? * 2-6', ['0 2 * * mon-fri'], 'Quartz'],
    ['00 0 2 ? * 2-6 *', ['0 2 * * mon-fri'], 'Quartz'],
    ['0 0 2 1 * ?', ['0 2 1 * *'], 'Quartz'],
    ['0 0 2 * * 1-5', ['0 2 * * 1-5'], 'Spring'],
    ['0 0 2 * * *', ['0 2 * * *', '0 0 2 * *'], 'Spring'],
    ['0 2 * * 1 *', ['2 * * 1 *', '0 2 * * 1'], 'Spring'],
  ])('%s: %j', (text, advised, dialect) => {
    expect(adviceFor(text)).toEqual(advised);
    expect(messageFor(text)).toContain(`cron of ${dialect}`);
  });

  it.each([
    ['a year', '0 2 * * ? 2027', 'cron of EventBridge'],
    ['a last day', '0 2 L * ? *', 'cron of EventBridge'],
    ['a day of week that is none', '0 2 ? * 8 *', 'cron of EventBridge'],
    ['seconds', '30 0 2 * * ?', 'cron of Quartz'],
    ['a year, in seven fields', '0 0 2 ? * MON 2027', 'cron of Quartz'],
    ['the wrapper of EventBridge around five fields', 'cron(0 2 * * *)', 'write its five fields alone'],
    ['a stray space', '0 0 * * 1 -5', 'Write them, such as "0 2 * * *"'],
    ['eight fields', '0 0 0 0 0 0 0 0', 'Write them, such as "0 2 * * *"'],
  ])('with %s has no advice that is another schedule: %s', (_, text, words) => {
    expect(adviceFor(text)).toEqual([]);
    expect(messageFor(text)).toContain(words);
  });
});

/** Fields of EventBridge's cron, in which 1 is Sunday. */
const entryOf = (first: number, last: number, names: readonly string[] = []) => {
  const value = fc.integer({ min: first, max: last });
  const show = (number: number): fc.Arbitrary<string> =>
    fc.constantFrom(String(number), names[number - first] ?? String(number));
  const range = fc
    .tuple(value, value)
    .chain(([a, b]) => fc.tuple(show(Math.min(a, b)), show(Math.max(a, b))))
    .map(([a, b]) => `${a}-${b}`);
  const step = fc.tuple(value, fc.integer({ min: 1, max: last })).map(([a, b]) => `${a}/${b}`);
  const entry = fc.oneof(value.chain(show), range, step);
  return fc.oneof(
    fc.constant('*'),
    fc.array(entry, { minLength: 1, maxLength: 3 }).map((list) => list.join(',')),
  );
};
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const anyDays = fc.oneof(
  entryOf(1, 31).map((day) => [day, '?'] as const),
  entryOf(1, 7, WEEKDAYS).map((weekday) => ['?', weekday] as const),
);
const anyExpression = fc
  .tuple(entryOf(0, 59), entryOf(0, 23), anyDays, entryOf(1, 12, MONTHS))
  .map(([minute, hour, [day, weekday], month]) => `${minute} ${hour} ${day} ${month} ${weekday} *`);

const YEAR = Array.from({ length: 366 }, (_, day) => new Date(Date.UTC(2024, 0, 1 + day)));
const HOURS = Array.from({ length: 24 }, (_, hour) => new Date(Date.UTC(2024, 0, 1, hour)));
const MINUTES = Array.from({ length: 60 }, (_, minute) => new Date(Date.UTC(2024, 0, 1, 0, minute)));

const hasDate = (cron: Cron, date: Date): boolean =>
  cron.months.includes(date.getUTCMonth() + 1) &&
  cron.daysOfMonth.includes(date.getUTCDate()) &&
  cron.daysOfWeek.includes(date.getUTCDay());

it('advice for a cron of EventBridge or Quartz is the same schedule', () => {
  let advised = 0;
  holdsFor(
    500,
    fc.property(anyExpression, fc.boolean(), (fields, isQuartz) => {
      const expression = parseExpression(`cron(${fields})`);
      const [advice] = adviceFor(isQuartz ? `0 ${fields.slice(0, -2)}` : fields);
      if (expression?.kind !== 'cron' || advice === undefined) return;
      advised += 1;
      const cron = parseCron(advice);
      for (const date of MINUTES)
        assert.equal(cron.minutes.includes(date.getUTCMinutes()), expression.minute(date), fields);
      for (const date of HOURS)
        assert.equal(cron.hours.includes(date.getUTCHours()), expression.hour(date), fields);
      for (const date of YEAR) {
        const fires: boolean =
          expression.dayOfMonth(date) && expression.month(date) && expression.dayOfWeek(date);
        assert.equal(hasDate(cron, date), fires, `${fields} ${date.toISOString()}`);
      }
    }),
  );
  expect(advised).toBeGreaterThan(250);
});

it('advice in any refusal can be parsed', () => {
  const anyField = fc.oneof(
    fc.constantFrom(
      '*',
      '?',
      '0',
      '00',
      '*/5',
      '22-2',
      '5-0',
      'fri-mon',
      'nov-feb',
      '7-1',
      '30-2/3',
      'L',
      '1',
      '-5',
    ),
    fc.tuple(fc.nat(60), fc.nat(60)).map(([a, b]) => `${a}-${b}`),
    fc.tuple(fc.nat(60), fc.nat(60), fc.integer({ min: 1, max: 9 })).map(([a, b, c]) => `${a}-${b}/${c}`),
  );
  holdsFor(
    5000,
    fc.property(fc.array(anyField, { minLength: 4, maxLength: 8 }), (fields) => {
      const message = messageFor(fields.join(' '));
      const [, name] = /^(minute|hour|day of month|month|day of week) "/.exec(message) ?? [];
      const at = ['minute', 'hour', 'day of month', 'month', 'day of week'].indexOf(name ?? '');
      for (const [, advised = ''] of message.matchAll(/write "([^"]+)"/gi)) {
        const text = at < 0 ? advised : ['*', '*', '*', '*', '*'].with(at, advised).join(' ');
        assert.equal(messageFor(text), '', `${message} | ${text}`);
      }
    }),
  );
});
