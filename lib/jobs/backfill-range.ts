import * as v from 'valibot';
import { invalid } from '../platform/errors.ts';
import { show } from '../platform/json.ts';
import { toRfc3339 } from '../platform/quantities.ts';
import { textLike } from '../platform/schema.ts';
import { isDay, startOfDay } from '../schedules/days.ts';
import { occurrencesBetween, type Schedule } from '../schedules/occurrences.ts';

/** Occurrences of one backfill, and its runs of a job that have not ended, at most. */
export const MAX_OCCURRENCES = 500;

const DAY_OR_TIME =
  /^\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|[12]\d))(?:T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?$/;
const ALLOWED = 'a day, such as 2026-11-01, or a time in RFC 3339, such as 2026-11-01T02:00:00Z.';

/** First or last time of a backfill: a day on the clocks of the job, which counts as a whole, or a time. The output is the text. */
export const DayOrTime = v.pipe(
  textLike(DAY_OR_TIME, ALLOWED),
  v.check(
    (text) => !/^\d{4}-02-29/.test(text) || isDay(text.slice(0, 10)),
    (issue) => `${show(issue.input)} is not allowed: its year has no 29 February.`,
  ),
);

/** Times of a backfill as they were asked for. `to`: absent for now. */
export type WrittenRange = { readonly from: string; readonly to?: string | undefined };

/** Period with its first and last moment. */
export type Range = { readonly from: Date; readonly to: Date };

/** First year of the names of runs: their minutes count from it. */
const FIRST = new Date(0);

/**
 * Period that was asked for, up to now: today as `to` is what has passed of it. Throws `invalid` for a time before 1970, a `to`
 * that is still to come, and one that is before `from`.
 */
export function rangeOf({ from, to }: WrittenRange, zone: string, now: Date): Range {
  const first = startOf(from, zone);
  const last = to === undefined ? now : startOf(to, zone);
  if (first < FIRST) throw invalid({ field: 'from', message: `"${from}" is before 1970: begin later.` });
  if (last > now) {
    const message = `"${to}" is still to come: at most ${toRfc3339(now)}, which is now. Its schedule runs what is due later.`;
    throw invalid({ field: 'to', message });
  }
  const end = to === undefined ? now : endOf(to, zone);
  if (first > end)
    throw invalid({
      field: 'from',
      message: `"${from}" is after ${to === undefined ? 'now' : `"${to}"`}: from is the earlier one.`,
    });
  return { from: first, to: end > now ? now : end };
}

const startOf = (text: string, zone: string): Date => (isDay(text) ? startOfDay(text, zone) : new Date(text));

const endOf = (text: string, zone: string): Date =>
  isDay(text) ? new Date(startOfDay(text, zone, 1).getTime() - 1) : new Date(text);

/**
 * Occurrences of a schedule in a period, oldest first. Looks at 501 of them at most, however long the period is, and throws
 * `invalid` where there are more than 500.
 */
export function occurrencesIn(schedule: Schedule, { from, to }: Range): readonly Date[] {
  const occurrences: Date[] = [];
  for (const occurrence of occurrencesBetween(schedule, from, to)) {
    const last = occurrences.at(-1);
    if (occurrences.length === MAX_OCCURRENCES && last !== undefined)
      throw invalid({
        field: 'to',
        message:
          `It has more than ${MAX_OCCURRENCES} occurrences from ${toRfc3339(from)} on; at most ${MAX_OCCURRENCES} are allowed. ` +
          `Write ${toRfc3339(last)}, and go on from ${toRfc3339(occurrence)} with another backfill.`,
      });
    occurrences.push(occurrence);
  }
  return occurrences;
}
