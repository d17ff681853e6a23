import { offsetSpan } from './zones.ts';

const MINUTE_MS = 60_000;
const DAY = 24 * 60;

/** A day of the calendar, `2026-11-01`; false for one that is not in it, such as 2026-02-30. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/**
 * Returns the first moment at which the clocks of a zone show a day ({@link isDay}), or a later one where they skip it. `after`:
 * days later.
 */
export function startOfDay(day: string, zone: string, after = 0): Date {
  const local = Date.parse(`${day}T00:00:00Z`) / MINUTE_MS + after * DAY;
  // No zone is a day or more from UTC.
  for (let at = local - DAY; ; ) {
    const { end, offset } = offsetSpan(zone, at);
    const start = Math.max(at, local - offset);
    if (start < end) return new Date(start * MINUTE_MS);
    at = end;
  }
}
