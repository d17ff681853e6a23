import type { Cron } from './cron.ts';

const DAY = 24 * 60;
const DAY_MS = DAY * 60_000;

/*
 * A cron against the calendar alone. Minutes count from 1970-01-01T00:00 on a clock without a zone. A cron that
 * parseCron took has an occurrence within eight years (29 February around 2100), so each search ends.
 */

/** The last minute at or before `minute` that `cron` means. */
export function lastMatch(cron: Cron, minute: number): number {
  const day = Math.floor(minute / DAY);
  const time = isDayOf(cron, day) ? lastTime(cron, minute - day * DAY) : undefined;
  if (time !== undefined) return day * DAY + time;
  return nearestDay(cron, day - 1, -1) * DAY + timeOf(cron.hours.at(-1), cron.minutes.at(-1));
}

/** The first minute at or after `minute` that `cron` means. */
export function firstMatch(cron: Cron, minute: number): number {
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

/** The day of `cron` nearest to `from`, it included, in one direction. Months that it does not name are jumped. */
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

/** Whether the day fields mean `date`: either of them where both are restricted. */
function isOneOf({ daysOfMonth, daysOfWeek, anyDayOfMonth, anyDayOfWeek }: Cron, date: Date): boolean {
  const byMonth = daysOfMonth.includes(date.getUTCDate());
  const byWeek = daysOfWeek.includes(date.getUTCDay());
  return anyDayOfMonth || anyDayOfWeek ? byMonth && byWeek : byMonth || byWeek;
}
