import { type DomainError, invalid } from '../platform/errors.ts';
import { offsetSpan, offsetsBetween } from './zones.ts';

/*
 * Time of a schedule that is due once: a date and a time on the clocks of a zone, to the minute. Local minutes and instants
 * count from 1970-01-01T00:00, each on its own clock.
 */

const TEXT = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(:00)?$/;
const HOW = 'write a date and a time to the minute, such as "2026-12-24 02:00"';

/** Years of an EventBridge rule. */
const [FIRST_YEAR, LAST_YEAR] = [1970, 2199];

const MINUTE_MS = 60_000;
const DAY = 24 * 60;

/** Longest text that is shown in an error, in characters. */
const SHOWN = 80;

const refused = (message: string): DomainError => invalid({ field: 'at', message });

/**
 * Reads the date and time of a schedule: `2026-12-24 02:00`, also with a `T` in the middle and with the seconds `:00`. Returns
 * its local minute. Throws `invalid` for any other text, for a date that no calendar has, and for years before 1970 and
 * after 2199.
 */
export function readAt(text: string): number {
  const shown = JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = TEXT.exec(text)?.slice(1, 6).map(Number) ?? [];
  if (month === 0 && /[Zz]$|[+-]\d\d:?\d\d$/.test(text))
    throw refused(`${shown} has an offset: ${HOW}, and its zone in timeZone.`);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute));
  const isDate = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCHours() === hour;
  if (!isDate || minute > 59) throw refused(`${shown} is no date and time: ${HOW}.`);
  if (year < FIRST_YEAR || year > LAST_YEAR)
    throw refused(`The year ${year} is not allowed: from ${FIRST_YEAR} to ${LAST_YEAR}.`);
  return date.getTime() / MINUTE_MS;
}

/** Instants at which a zone's clocks show a local minute, in order: none where they skip it, two where they repeat it. */
function instantsOf(local: number, zone: string): readonly number[] {
  const offsets = [...offsetsBetween(zone, local - DAY, local + DAY)];
  return offsets
    .map((offset) => local - offset)
    .filter((time) => time + offsetSpan(zone, time).offset === local)
    .sort((a, b) => a - b);
}

const textOf = (local: number): string =>
  new Date(local * MINUTE_MS).toISOString().slice(0, 16).replace('T', ' ');

/** Nearest local minute in one direction that the zone's clocks show. No zone has skipped more than a day. */
function nearestShown(local: number, zone: string, step: 1 | -1): number {
  let near = local + step;
  while (instantsOf(near, zone).length === 0 && Math.abs(near - local) <= 2 * DAY) near += step;
  return near;
}

/**
 * Returns the moment of a schedule that is due once, on the clocks of `zone` (checked by parseZone); of a time that they show
 * twice, the first. Throws `invalid` as {@link readAt} does; for a time that they skip, with the nearest ones before and
 * after; and for one whose year in UTC is outside 1970 to 2199.
 */
export function momentOf(text: string, zone: string): Date {
  const local = readAt(text);
  const [first] = instantsOf(local, zone);
  if (first === undefined) {
    const [before, after] = [nearestShown(local, zone, -1), nearestShown(local, zone, 1)];
    throw refused(
      `${textOf(local)} is skipped in ${zone}, whose clocks go forward: write ${textOf(before)} or ${textOf(after)}.`,
    );
  }
  const moment = new Date(first * MINUTE_MS);
  const year = moment.getUTCFullYear();
  if (year < FIRST_YEAR || year > LAST_YEAR)
    throw refused(`It is in the year ${year} in UTC: from ${FIRST_YEAR} to ${LAST_YEAR} are allowed.`);
  return moment;
}

/** Describes a schedule that is due once: "Once, at 2026-12-24 02:00". */
export const describeAt = (text: string): string => `Once, at ${textOf(readAt(text))}`;

/** Says which of two moments a time means that the zone's clocks show twice; `undefined` for any other. */
export function repeatNote(text: string, zone: string): string | undefined {
  const [first, second] = instantsOf(readAt(text), zone);
  if (first === undefined || second === undefined) return undefined;
  const [one, other] = [first, second].map((time) => `${textOf(time)} UTC`);
  return `The clocks of ${zone} go back and show this time twice; it runs the first time, at ${one}. The second is ${other}.`;
}
