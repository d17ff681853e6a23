import { memoize } from '../platform/collections.ts';
import { hashOf } from '../platform/names.ts';
import { ascending, type Cron, listText, stepToEnd } from './cron.ts';
import { type Schedule, type ScheduleSpec, toSchedule } from './occurrences.ts';
import { offsetsBetween } from './zones.ts';

const DAY = 24 * 60;
const DAY_MS = DAY * 60_000;

/** Period, in minutes, whose offsets of a zone a rule covers; the reconcile notices when they change. */
const FIVE_YEARS = 5 * 366 * DAY;

const MONTHS = ['', 'JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** EventBridge rules that a schedule needs. */
type DesiredRules = {
  /** One or two expressions, of the first and the second rule. */
  readonly expressions: readonly string[];
  /** Hash of the expressions; another one means that the rules have to change. */
  readonly hash: string;
};

/** Entries of the cache. The reconcile reads up to 10,000 jobs a minute; a miss takes some 30 µs, an entry 1 KB. */
const CACHE_SIZE = 10_000;

const cache = new Map<string, DesiredRules>();

/** Returns the rules that a schedule needs from the UTC day of `from` on: the same all day. */
export function desiredRules(schedule: ScheduleSpec, from: Date): DesiredRules {
  const day = Math.floor(from.getTime() / DAY_MS);
  const { cron, at, timeZone } = schedule;
  return memoize(cache, JSON.stringify([cron, at, timeZone, day]), CACHE_SIZE, () => {
    const expressions = toEventBridge(toSchedule(schedule), new Date(day * DAY_MS));
    return { expressions, hash: expressionsHash(expressions) };
  });
}

/**
 * Converts a schedule into one or two EventBridge expressions, such as `cron(0 2 ? * MON-FRI *)`. In UTC they fire exactly
 * when the cron does. With a zone they fire at least then, at each offset that the zone uses in the five years after `from`;
 * `dueRuns` ignores the surplus.
 *
 * EventBridge accepts one day field and requires `?` for the other, so a cron that restricts both needs two expressions. Both
 * fire on Friday the 13th; a run is named after its minute and starts once.
 *
 * Only syntax that AWS is known to accept: names for months and weekdays, `n/step`, ascending ranges (AWS rejects a step past
 * the end, and numbers weekdays from 1). The limit is 256 characters; no set of values takes more than 254 (two of each three
 * in every field), so there is no fallback.
 *
 * A schedule that is due once has one expression, with a year.
 */
export function toEventBridge(schedule: Schedule, from: Date): readonly string[] {
  if ('at' in schedule) return [onceAt(schedule.at)];
  const { cron, zone } = schedule;
  const start = Math.floor(from.getTime() / 60_000);
  const offsets = zone === 'UTC' ? [0] : [...offsetsBetween(zone, start, start + FIVE_YEARS)];
  const times = timesAt(cron, offsets);
  const time = `${numberText(times.minutes, 0, 59)} ${numberText(times.hours, 0, 23)}`;
  return dayParts(cron, times.shifts).map((days) => `cron(${time} ${days} *)`);
}

const onceAt = (at: Date): string =>
  `cron(${at.getUTCMinutes()} ${at.getUTCHours()} ${at.getUTCDate()} ${MONTHS[at.getUTCMonth() + 1]} ? ${at.getUTCFullYear()})`;

/** Hash of a schedule's expressions, in their order. 16 hex digits. */
export const expressionsHash = (expressions: readonly string[]): string => hashOf(expressions, 16);

/** UTC minutes and hours of the cron's times, and their distances from the local day, in days (-1, 0, 1). */
function timesAt(cron: Cron, offsets: readonly number[]) {
  const inHours = offsets.flatMap((offset) => cron.minutes.map((minute) => minute - offset));
  const carries = ascending(inHours.map((minute) => Math.floor(minute / 60)));
  const inDays = cron.hours.flatMap((hour) => carries.map((carry) => hour + carry));
  return {
    minutes: ascending(inHours.map((minute) => modulo(minute, 60))),
    hours: ascending(inDays.map((hour) => modulo(hour, 24))),
    shifts: ascending(inDays.map((hour) => Math.floor(hour / 24))),
  };
}

const modulo = (value: number, size: number): number => ((value % size) + size) % size;

/** Day fields of each expression: `day month weekday`. */
function dayParts(cron: Cron, shifts: readonly number[]): readonly string[] {
  const weekdays = ascending(cron.daysOfWeek.flatMap((day) => shifts.map((shift) => modulo(day + shift, 7))));
  const months = monthText(cron, () => utcDays(cron, shifts));
  const everyDay = `* ${months} ?`;
  const weekPart =
    weekdays.length === 7 ? everyDay : `? ${months} ${listText(weekdays, (day) => WEEKDAYS[day] ?? '')}`;
  if (cron.anyDayOfMonth) return [weekPart];

  const days = utcDays(cron, shifts, cron.daysOfMonth);
  const monthPart = `${dayText(days)} ${monthText(cron, () => days)} ?`;
  if (cron.anyDayOfWeek) return [monthPart];
  // The months have no such day, as 30 February.
  if (weekdays.length === 7 || days.length === 0) return [weekPart];
  return days.length === utcDays(cron, shifts).length ? [everyDay] : [monthPart, weekPart];
}

function monthText(cron: Cron, days: () => readonly CalendarDay[]): string {
  if (cron.months.length === 12) return '*';
  return listText(ascending(days().map(({ month }) => month)), (month) => MONTHS[month] ?? '');
}

/** Day-of-month field. `L` where the days end months of different lengths: `28-31` would fire four times a month. */
function dayText(days: readonly CalendarDay[]): string {
  const numbers = ascending(days.map(({ day }) => day));
  return numbers.length > 1 && days.every(({ ends }) => ends) ? 'L' : numberText(numbers, 1, 31);
}

function numberText(values: readonly number[], first: number, last: number): string {
  if (values.length === last - first + 1) return '*';
  const step = stepToEnd(values, last);
  return step === undefined || step === 1 ? listText(values) : `${values[0]}/${step}`;
}

type CalendarDay = {
  readonly month: number;
  readonly day: number;
  /** True for the last day of its month. */
  readonly ends: boolean;
};

/** Days from 31 December 2022 to 1 January 2025: a year, a leap year, and a day before and after. */
const DAYS: readonly CalendarDay[] = Array.from({ length: 733 }, (_, index) => {
  const date = new Date(Date.UTC(2022, 11, 31 + index));
  const next = new Date(date.getTime() + DAY_MS);
  return { month: date.getUTCMonth() + 1, day: date.getUTCDate(), ends: next.getUTCDate() === 1 };
});

/**
 * UTC days of two years, one of them a leap year, during which the local day is one of `days` in the cron's months (default:
 * every day). `shifts`: distances of the UTC day from the local day (-1, 0, 1).
 */
function utcDays(
  { months }: Cron,
  shifts: readonly number[],
  days?: readonly number[],
): readonly CalendarDay[] {
  const found = new Set<CalendarDay>();
  for (const [index, { month, day }] of DAYS.entries()) {
    if (!months.includes(month) || (days !== undefined && !days.includes(day))) continue;
    for (const shift of shifts) {
      const utc = DAYS[index + shift];
      if (utc !== undefined) found.add(utc);
    }
  }
  return [...found];
}
