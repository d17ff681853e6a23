import { isRfc3339 } from '../platform/quantities.ts';
import { momentOf } from './at.ts';
import { type Cron, parseCron } from './cron.ts';
import { offsetSpan } from './zones.ts';

/** Cron and the time zone whose clocks it follows. */
type Recurring = { readonly cron: Cron; readonly zone: string };

/** Cron in a time zone, or the one moment at which the schedule is due. */
export type Schedule = Recurring | { readonly at: Date };

/** Schedule as text, in an IANA time zone: a unix-cron expression, or a date and a time. */
export type ScheduleSpec = { readonly timeZone: string } & (
  | { readonly cron: string; readonly at?: undefined }
  | { readonly cron?: undefined; readonly at: string }
);

/** Parses a schedule whose time zone was checked before. Throws `invalid` for an invalid cron or time. */
export const toSchedule = ({ cron, at, timeZone }: ScheduleSpec): Schedule =>
  cron === undefined ? { at: momentOf(at, timeZone) } : { cron: parseCron(cron), zone: timeZone };

/*
 * An occurrence is a minute at which the zone's clocks show a time that the cron matches. A time that is skipped when clocks
 * go forward never occurs. A time that is shown twice when they go back occurs the first time; both times if the hour field
 * begins with `*`. Times are in minutes since 1970-01-01T00:00Z.
 */

const MINUTE_MS = 60_000;
const DAY = 24 * 60;
const DAY_MS = DAY * MINUTE_MS;

/** Longest search, in minutes: for a cron whose every time a zone skips. In UTC the longest gap is 8 years. */
const HORIZON = 40 * 366 * DAY;

/**
 * Returns the last occurrence at or before `time`; `undefined` when there is none within 40 years, or when it or `time` is
 * outside the years 0000 to 9999.
 */
export function previousOccurrence(schedule: Schedule, time: Date): Date | undefined {
  if (!isRfc3339(time)) return undefined;
  if ('at' in schedule) return schedule.at <= time ? schedule.at : undefined;
  const { cron, zone } = schedule;
  const latest = Math.floor(time.getTime() / MINUTE_MS);
  if (zone === 'UTC') return toDate(lastMatch(cron, latest));
  for (let at = latest; at > latest - HORIZON; ) {
    const { start, offset, freshFrom } = offsetSpan(zone, at);
    const local = lastMatch(cron, at + offset);
    if (local >= (cron.everyHour ? start + offset : freshFrom)) return toDate(local - offset);
    // No zone is a day or more from UTC: no occurrence lies in between, so its spans are skipped.
    at = Math.min(start - 1, lastMatch(cron, start + DAY) + DAY);
  }
  return undefined;
}

/** Returns the first occurrence after `time`; `undefined` as for {@link previousOccurrence}. */
export function nextOccurrence(schedule: Schedule, time: Date): Date | undefined {
  if (!isRfc3339(time)) return undefined;
  if ('at' in schedule) return schedule.at > time ? schedule.at : undefined;
  const { cron, zone } = schedule;
  const earliest = Math.floor(time.getTime() / MINUTE_MS) + 1;
  if (zone === 'UTC') return toDate(firstMatch(cron, earliest));
  for (let at = earliest; at < earliest + HORIZON; ) {
    const { end, offset, freshFrom } = offsetSpan(zone, at);
    const local = firstMatch(cron, cron.everyHour ? at + offset : Math.max(at + offset, freshFrom));
    if (local - offset < end) return toDate(local - offset);
    at = Math.max(end, firstMatch(cron, end - DAY) - DAY);
  }
  return undefined;
}

/** Iterates over the occurrences from `from` to `to`, both included. A year of an every-minute cron has 525,600. */
export function* occurrencesBetween(schedule: Schedule, from: Date, to: Date): Generator<Date> {
  let occurrence = nextOccurrence(schedule, new Date(from.getTime() - 1));
  while (occurrence !== undefined && occurrence <= to) {
    yield occurrence;
    occurrence = nextOccurrence(schedule, occurrence);
  }
}

function toDate(minute: number): Date | undefined {
  const date = new Date(minute * MINUTE_MS);
  return isRfc3339(date) ? date : undefined;
}

/*
 * Search on the calendar alone, in minutes since 1970-01-01T00:00 on a clock without a zone. A cron of parseCron has an
 * occurrence within eight years (29 February around 2100), so each search from a year that RFC 3339 can write ends.
 */

/** Last minute at or before `minute` that the cron matches. */
function lastMatch(cron: Cron, minute: number): number {
  const day = Math.floor(minute / DAY);
  const time = isDayOf(cron, day) ? lastTime(cron, minute - day * DAY) : undefined;
  if (time !== undefined) return day * DAY + time;
  return nearestDay(cron, day - 1, -1) * DAY + timeOf(cron.hours.at(-1), cron.minutes.at(-1));
}

/** First minute at or after `minute` that the cron matches. */
function firstMatch(cron: Cron, minute: number): number {
  const day = Math.floor(minute / DAY);
  const time = isDayOf(cron, day) ? firstTime(cron, minute - day * DAY) : undefined;
  if (time !== undefined) return day * DAY + time;
  return nearestDay(cron, day + 1, 1) * DAY + timeOf(cron.hours[0], cron.minutes[0]);
}

const timeOf = (hour = 0, minute = 0): number => hour * 60 + minute;

function lastTime({ hours, minutes }: Cron, time: number): number | undefined {
  const [hour, minute] = [Math.floor(time / 60), time % 60];
  const within = hours.includes(hour) ? minutes.findLast((value) => value <= minute) : undefined;
  if (within !== undefined) return timeOf(hour, within);
  const earlier = hours.findLast((value) => value < hour);
  return earlier === undefined ? undefined : timeOf(earlier, minutes.at(-1));
}

function firstTime({ hours, minutes }: Cron, time: number): number | undefined {
  const [hour, minute] = [Math.floor(time / 60), time % 60];
  const within = hours.includes(hour) ? minutes.find((value) => value >= minute) : undefined;
  if (within !== undefined) return timeOf(hour, within);
  const later = hours.find((value) => value > hour);
  return later === undefined ? undefined : timeOf(later, minutes[0]);
}

/** Nearest day that the cron matches, from `from` on in one direction. Skips months that do not match. */
function nearestDay(cron: Cron, from: number, step: 1 | -1): number {
  for (let day = from; ; ) {
    const date = new Date(day * DAY_MS);
    if (cron.months.includes(date.getUTCMonth() + 1)) {
      if (isOneOf(cron, date)) return day;
      day += step;
    } else {
      day =
        step === 1
          ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY_MS
          : day - date.getUTCDate();
    }
  }
}

function isDayOf(cron: Cron, day: number): boolean {
  const date = new Date(day * DAY_MS);
  return cron.months.includes(date.getUTCMonth() + 1) && isOneOf(cron, date);
}

/** True when the day fields match `date`: one of them suffices where both are restricted. */
function isOneOf({ daysOfMonth, daysOfWeek, anyDayOfMonth, anyDayOfWeek }: Cron, date: Date): boolean {
  const byMonth = daysOfMonth.includes(date.getUTCDate());
  const byWeek = daysOfWeek.includes(date.getUTCDay());
  return anyDayOfMonth || anyDayOfWeek ? byMonth && byWeek : byMonth || byWeek;
}
