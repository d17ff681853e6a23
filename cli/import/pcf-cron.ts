import {
  DAY_OF_MONTH,
  DAY_OF_WEEK,
  type Field,
  HOUR,
  MINUTE,
  MONTH,
} from '../../lib/schedules/cron-fields.ts';

const FIELDS = [MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK];
const DAYS = DAY_OF_WEEK.names;

/** Number of Sunday in weekdays of PCF Scheduler, whose two manuals disagree. */
export type Sunday = 0 | 1;

/** Unix cron of a PCF Scheduler expression, or the reason why it has none. */
export type ReadCron = { readonly cron: string } | { readonly problem: string };

/** True where weekdays are numbers, whose meaning depends on the number of Sunday. */
export const hasNumericWeekdays = (expression: string): boolean =>
  /\d/.test((fieldsOf(expression)[4] ?? '').replace(/\/\d+/g, ''));

const fieldsOf = (expression: string): string[] => expression.trim().split(/\s+/);

/**
 * Converts an expression of five fields to unix cron: `?` becomes `*`, weekday numbers become names, a range over the end of
 * its field (`FRI-MON`, `22-2`) a list. `sunday`: `undefined` where unknown.
 */
export function readPcfCron(expression: string, sunday: Sunday | undefined): ReadCron {
  const fields = fieldsOf(expression);
  const [weekday = ''] = fields.slice(4);
  if (fields.length !== 5) return { problem: `expected 5 fields, found ${fields.length}` };
  if (!hasNumericWeekdays(expression)) return { cron: plain(fields) };
  if (sunday === undefined) {
    return {
      problem: `weekdays "${weekday}" are ambiguous, as PCF Scheduler's manuals disagree on the number of Sunday: use --sunday-is 0 or --sunday-is 1`,
    };
  }
  const named = weekday.split(',').map((entry) => daysOf(entry, sunday));
  const wrong = named.indexOf(undefined);
  if (wrong !== -1) {
    const range = sunday === 0 ? '0 to 7' : '1 to 7';
    return {
      problem: `invalid weekday "${weekday.split(',')[wrong]}": days are ${range}`,
    };
  }
  return { cron: plain([...fields.slice(0, 4), [...new Set(named)].join(',')]) };
}

const plain = (fields: readonly string[]): string =>
  FIELDS.map((field, at) =>
    (fields[at] ?? '')
      .replaceAll('?', '*')
      .toLowerCase()
      .split(',')
      .map((entry) => ascendingOf(field, entry))
      .join(','),
  ).join(' ');

/** Lists the values of a range over the end of its field. Any other entry stays as it is, also an invalid one. */
function ascendingOf({ first, last, names }: Field, entry: string): string {
  const [, from = '', to = '', step = '1'] = /^(\w+)-(\w+)(?:\/([1-9]\d?))?$/.exec(entry) ?? [];
  const numberOf = (text: string) => {
    const number = names.includes(text) ? names.indexOf(text) + first : Number(text || 'none');
    return number >= first && number <= last ? number : Number.NaN;
  };
  const [start, end, size] = [numberOf(from), numberOf(to), last - first + 1];
  if (!(start > end)) return entry;
  const values: string[] = [];
  for (let value = start; value <= end + size; value += Number(step)) {
    const index = (value - first) % size;
    values.push(names.includes(from) ? (names[index] ?? '') : String(index + first));
  }
  return values.join(',');
}

const ENTRY = /^(\d)(?:-(\d))?(?:\/([1-9]))?$/;

/** Names of the days of an entry such as `2`, `2-6` or `1/2`; `undefined` where it is invalid. */
function daysOf(entry: string, sunday: Sunday): string | undefined {
  if (!/\d/.test(entry.replace(/\/\d+/, ''))) return entry;
  const [, first, last, step] = ENTRY.exec(entry) ?? [];
  if (first === undefined) return undefined;
  const from = Number(first);
  const to = last === undefined ? (step === undefined ? from : 6 + sunday) : Number(last);
  if (Math.min(from, to) < sunday || Math.max(from, to) > 7) return undefined;
  const days: string[] = [];
  for (let day = from; day <= (from > to ? to + 7 : to); day += Number(step ?? 1))
    days.push(DAYS[(day - sunday) % 7] ?? '');
  return rangeOf(days, step === undefined);
}

/** Joins days: `mon-fri` for adjacent days, a list where a range would wrap around Saturday. */
function rangeOf(days: readonly string[], adjacent: boolean): string {
  const [first = '', last = ''] = [days[0], days.at(-1)];
  const ascends = DAYS.indexOf(first) < DAYS.indexOf(last);
  return adjacent && days.length > 2 && ascends ? `${first}-${last}` : days.join(',');
}
