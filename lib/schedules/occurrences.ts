import type { Cron } from './cron.ts';
import { firstMatch, lastMatch } from './cron-search.ts';
import { offsetSpan } from './zone-offsets.ts';

/** A cron and the time zone whose clocks it follows. */
export type Schedule = { readonly cron: Cron; readonly zone: string };

/*
 * An occurrence is a minute at which the zone's clocks show a time that the cron means. A time that is skipped
 * when clocks go forward never occurs. A time that is shown twice when they go back occurs the first time; both
 * times if the hour field begins with `*`. Moments count in minutes here, as the spans do.
 */

const MINUTE_MS = 60_000;
const DAY = 24 * 60;

/** A cron whose every time a zone skips is given up after this long; without a zone the longest wait is 8 years. */
const HORIZON = 40 * 366 * DAY;

/** The last occurrence at or before `moment`, if there is one within 40 years. */
export function previousOccurrence({ cron, zone }: Schedule, moment: Date): Date | undefined {
  const latest = Math.floor(moment.getTime() / MINUTE_MS);
  if (zone === 'UTC') return toDate(lastMatch(cron, latest));
  for (let at = latest; at > latest - HORIZON; ) {
    const { start, offset, freshFrom } = offsetSpan(zone, at);
    const local = lastMatch(cron, at + offset);
    if (local >= (cron.everyHour ? start + offset : freshFrom)) return toDate(local - offset);
    // No zone is a day away from UTC, so no occurrence lies between the two, and their spans need not be found.
    at = Math.min(start - 1, lastMatch(cron, start + DAY) + DAY);
  }
  return undefined;
}

/** The first occurrence after `moment`, if there is one within 40 years. */
export function nextOccurrence({ cron, zone }: Schedule, moment: Date): Date | undefined {
  const earliest = Math.floor(moment.getTime() / MINUTE_MS) + 1;
  if (zone === 'UTC') return toDate(firstMatch(cron, earliest));
  for (let at = earliest; at < earliest + HORIZON; ) {
    const { end, offset, freshFrom } = offsetSpan(zone, at);
    const local = firstMatch(cron, cron.everyHour ? at + offset : Math.max(at + offset, freshFrom));
    if (local - offset < end) return toDate(local - offset);
    at = Math.max(end, firstMatch(cron, end - DAY) - DAY);
  }
  return undefined;
}

/** The occurrences from `from` to `to`, both included, one by one: a year of an every-minute cron has 525,600. */
export function* occurrencesBetween(schedule: Schedule, from: Date, to: Date): Generator<Date> {
  let occurrence = nextOccurrence(schedule, new Date(from.getTime() - 1));
  while (occurrence !== undefined && occurrence <= to) {
    yield occurrence;
    occurrence = nextOccurrence(schedule, occurrence);
  }
}

const toDate = (minute: number): Date => new Date(minute * MINUTE_MS);
