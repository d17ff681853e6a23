import type { Cron } from './cron.ts';

export type CalendarDay = {
  readonly month: number;
  readonly day: number;
  /** It is the last of its month. */
  readonly ends: boolean;
};

const DAY_MS = 24 * 60 * 60_000;

/** From 31 December 2022 to 1 January 2025: a year, a leap year, and a day before and after. */
const DAYS: readonly CalendarDay[] = Array.from({ length: 733 }, (_, index) => {
  const date = new Date(Date.UTC(2022, 11, 31 + index));
  const next = new Date(date.getTime() + DAY_MS);
  return { month: date.getUTCMonth() + 1, day: date.getUTCDate(), ends: next.getUTCDate() === 1 };
});

/**
 * The days of two years, one of them a leap year, that UTC has while the local day is one of `days` in the cron's
 * months (every day of them, unless given). `shifts` are the days that UTC may be away: -1, 0, 1.
 */
export function utcDays(
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
