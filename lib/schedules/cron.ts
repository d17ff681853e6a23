import { CronExpressionParser } from 'cron-parser';
import { memoize } from '../platform/collections.ts';
import {
  type CheckedField,
  checkField,
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  fieldTexts,
  HOUR,
  MINUTE,
  MONTH,
  refused,
} from './cron-fields.ts';

/**
 * Unix-cron expression as sets of values, in ascending order; Sunday is 0. Where both day fields are restricted, a day in
 * either matches, as in robfig/cron and Kubernetes.
 */
export type Cron = {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly daysOfMonth: readonly number[];
  readonly months: readonly number[];
  readonly daysOfWeek: readonly number[];
  readonly anyDayOfMonth: boolean;
  readonly anyDayOfWeek: boolean;
  /** True when the hour field begins with `*`: an hour that the clock repeats at the end of summer time runs twice. */
  readonly everyHour: boolean;
  /** True when a day field begins with `*`, also with a step. */
  readonly starredDay: boolean;
};

/** Greatest number of days of each month, by its number. */
export const MONTH_LENGTHS: readonly number[] = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Options without which cron-parser reads the clock, the machine's zone and a random number. */
const PURE = { currentDate: new Date(0), tz: 'UTC', hashSeed: 'none' };

/** Entries of the cache. The reconcile reads up to 10,000 jobs a minute; a miss takes some 50 µs, an entry 1 KB. */
const CACHE_SIZE = 10_000;

const cache = new Map<string, Cron>();

/**
 * Parses a unix-cron expression: five fields such as `0 2 * * mon-fri`, or a macro such as `@daily`. Throws `invalid`, also for
 * one that never fires. This file and its neighbours check each field, for errors in the user's words; cron-parser expands
 * names, ranges and steps into values.
 */
export const parseCron = (text: string): Cron => memoize(cache, text, CACHE_SIZE, () => readCron(text));

function readCron(text: string): Cron {
  const [minuteText = '', hourText = '', dayText = '', monthText = '', weekdayText = ''] = fieldTexts(
    text,
    isCron,
  );
  const minute = checkField(MINUTE, minuteText);
  const hour = checkField(HOUR, hourText);
  const dayOfMonth = checkField(DAY_OF_MONTH, dayText);
  const month = checkField(MONTH, monthText);
  const dayOfWeek = checkField(DAY_OF_WEEK, weekdayText);
  const cron = {
    ...expandTimesAndDays({ minute, hour, dayOfMonth, dayOfWeek }),
    months: expandMonths(month),
    anyDayOfMonth: dayOfMonth.any,
    anyDayOfWeek: dayOfWeek.any,
    everyHour: hour.star,
    starredDay: dayOfMonth.star || dayOfWeek.star,
  };
  if (!fires(cron)) {
    throw refused(`"${text.trim()}" never fires: no month "${monthText}" has a day "${dayText}".`);
  }
  return cron;
}

function isCron(text: string): boolean {
  try {
    readCron(text);
    return true;
  } catch {
    return false;
  }
}

type DayFields = Readonly<Record<'minute' | 'hour' | 'dayOfMonth' | 'dayOfWeek', CheckedField>>;

/**
 * Expands all fields but the month. cron-parser rejects a list that has a value twice (`0-10,5`, `0,7`), so it gets the first
 * element of each field, then the second of each, and so on.
 */
function expandTimesAndDays({ minute, hour, dayOfMonth, dayOfWeek }: DayFields) {
  const lists = [minute, hour, dayOfMonth, dayOfWeek].map(({ elements }) => elements);
  const rows = Array.from({ length: Math.max(...lists.map((list) => list.length)) }, (_, row) => {
    const [m, h, day, weekday] = lists.map((list) => list[row] ?? list[0]);
    return CronExpressionParser.parse(`${m} ${h} ${day} * ${weekday}`, PURE).fields;
  });
  return {
    minutes: ascending(rows.flatMap((row) => row.minute.values)),
    hours: ascending(rows.flatMap((row) => row.hour.values)),
    daysOfMonth: ascending(rows.flatMap((row) => row.dayOfMonth.values.map(Number))),
    daysOfWeek: ascending(rows.flatMap((row) => row.dayOfWeek.values.map((day) => Number(day) % 7))),
  };
}

/** Expands the month on its own: beside a month cron-parser drops the days that this month does not have. */
const expandMonths = ({ elements }: CheckedField): readonly number[] =>
  ascending(
    elements.flatMap((month) => CronExpressionParser.parse(`0 0 * ${month} *`, PURE).fields.month.values),
  );

/** True when a day matches. A day of week is in every month; a day of month may be in none (30 February). */
const fires = ({ daysOfMonth, months, anyDayOfWeek }: Cron): boolean =>
  !anyDayOfWeek || months.some((month) => (MONTH_LENGTHS[month] ?? 0) >= (daysOfMonth[0] ?? 32));

/** Values in ascending order, each once. */
export const ascending = (values: Iterable<number>): readonly number[] =>
  [...new Set(values)].sort((a, b) => a - b);

/** Formats ascending values as a cron list, three or more in a row as a range: `0-2,22,23`. `show` formats a value. */
export function listText(values: readonly number[], show: (value: number) => string = String): string {
  const runs: number[][] = [];
  for (const value of values) {
    const run = runs.at(-1);
    if (run?.at(-1) === value - 1) run.push(value);
    else runs.push([value]);
  }
  return runs
    .map((run) =>
      run.length < 3 ? run.map(show).join(',') : `${run.slice(0, 1).map(show)}-${run.slice(-1).map(show)}`,
    )
    .join(',');
}

/**
 * Step of ascending values that `n/step` means in a field whose greatest value is `last`; `undefined` when there is none, or
 * fewer than three values.
 */
export function stepToEnd(values: readonly number[], last: number): number | undefined {
  const [first = 0, second = 0] = values;
  const step = second - first;
  const even = values.every((value, index) => value === first + index * step);
  return even && values.length >= 3 && first + values.length * step > last ? step : undefined;
}
