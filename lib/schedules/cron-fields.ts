import { type DomainError, invalid } from '../platform/errors.ts';
import { dialectAdvice, withoutWrapper } from './cron-dialects.ts';

/** Longest expression, in characters. Five fields that list all their values take 400. */
export const MAX_LENGTH = 512;

const ORDER = 'minute, hour, day of month, month, day of week';

/** Macros, as in crontab(5). */
const MACROS: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

/** Error of an invalid cron; `problem` is a sentence. */
export const refused = (problem: string): DomainError => invalid({ field: 'cron', message: problem });

/**
 * Splits a unix-cron expression into five fields, and replaces a macro. Throws `invalid` with the text that works, as far as
 * `isCron` says that it does.
 */
export function fieldTexts(text: string, isCron: (text: string) => boolean): readonly string[] {
  if (text.length > MAX_LENGTH)
    throw refused(`${text.length} characters; at most ${MAX_LENGTH} are allowed.`);
  const plain = text.trim();
  if (plain === '') throw refused(`It is empty: write five fields (${ORDER}), such as "0 2 * * *".`);
  if (plain.startsWith('@')) return macro(plain).split(' ');
  const inner = withoutWrapper(plain);
  const fields = inner.split(/\s+/);
  if (/^(?:CRON_)?TZ=/.test(plain)) {
    throw refused(`"${fields[0]}" is not allowed in it: give the time zone in timeZone.`);
  }
  if (fields.length === 5 && inner === plain) return fields;
  if (fields.length === 5) throw refused(`"${plain}" is not unix cron: write its five fields alone.`);
  throw refused(otherCount(plain, fields.length, dialectAdvice(fields, isCron)));
}

function macro(text: string): string {
  const fields = MACROS[text.toLowerCase()];
  if (fields !== undefined) return fields;
  const allowed = Object.keys(MACROS).join(', ');
  if (/^@reboot\b/i.test(text)) {
    throw refused(
      `"@reboot" is not allowed: a job has no machine that starts. Write five fields or ${allowed}.`,
    );
  }
  if (/^@every\b/i.test(text)) {
    throw refused(
      `"${text}" is not allowed: write the minutes themselves, as "*/5 * * * *" for every 5 minutes.`,
    );
  }
  throw refused(`"${text}" is not allowed: write five fields or ${allowed}.`);
}

const otherCount = (text: string, count: number, advice: string): string =>
  `"${text}" has ${count} field${count === 1 ? '' : 's'}; unix cron has five (${ORDER}). ` +
  (advice === '' ? 'Write them, such as "0 2 * * *".' : advice);

/** Field of a cron expression: its least and greatest value, and the names of the values from the least on. */
export type Field = {
  readonly name: string;
  readonly first: number;
  readonly last: number;
  readonly names: readonly string[];
};

export const MINUTE: Field = { name: 'minute', first: 0, last: 59, names: [] };
export const HOUR: Field = { name: 'hour', first: 0, last: 23, names: [] };
export const DAY_OF_MONTH: Field = { name: 'day of month', first: 1, last: 31, names: [] };
export const MONTH: Field = {
  name: 'month',
  first: 1,
  last: 12,
  names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
};
/** Day of week. 7 is Sunday too, and a range may end with it. */
export const DAY_OF_WEEK: Field = {
  name: 'day of week',
  first: 0,
  last: 6,
  names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
};

/** Fields in their order. */
export const FIELDS: readonly Field[] = [MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK];

/** Valid field. */
export type CheckedField = {
  /** Elements of its list in numbers: `n`, `first-last/step` or `*`. */
  readonly elements: readonly string[];
  /** True when it contains `*` (also with step 1) or `?`: it restricts nothing (robfig/cron's star bit). */
  readonly any: boolean;
  /** True when it begins with `*`: the hours of a schedule that follows the clock. */
  readonly star: boolean;
};

const ELEMENT = /^(?:([*?])|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/;

/**
 * Parses one field of a unix-cron expression: `*`, values, names, lists, ascending ranges, steps. `?` means `*`, as PCF
 * Scheduler writes it. A step past the end of its range leaves the first value. Throws `invalid` with the value, the allowed
 * values and, where there is one, the text that works.
 */
export function checkField(field: Field, text: string): CheckedField {
  const elements = text.split(',').map((element) => checkElement(field, element, text));
  return { elements, any: elements.includes('*'), star: /^[*?]/.test(text) };
}

function checkElement(field: Field, element: string, text: string): string {
  if (element === '') throw refused(`${field.name} "${text}" has an empty entry: remove the extra comma.`);
  const [whole, star, from = '', to, stepText] = ELEMENT.exec(element) ?? [];
  if (whole === undefined) throw refused(`${field.name} "${element}" ${notUnixCron(field, element)}`);
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step === 0) throw refused(`${field.name} "${element}" has the step 0: write a step of 1 or more.`);
  if (star !== undefined) return step === 1 ? '*' : `${field.first}-${field.last}/${step}`;

  const first = numberOf(field, from, element);
  if (to === undefined && stepText === undefined) return String(first);
  if (to === undefined) return `${first % (field.last + 1)}-${field.last}/${step}`;
  const last = endOf(field, to, first, element);
  if (first > last)
    throw refused(reversed(field, { element, named: Number.isNaN(Number(from)), first, last, step }));
  return `${first}-${last}/${step}`;
}

/** Last value of a range. It may end with Sunday: `fri-sun` is `5-7`. `sun-sun` is one day, as is `0-sun`. */
export function endOf(field: Field, text: string, first: number, element: string): number {
  const last = numberOf(field, text, element);
  return field === DAY_OF_WEEK && text.toLowerCase() === 'sun' && first !== 0 ? 7 : last;
}

export function numberOf(field: Field, text: string, element: string): number {
  const named = field.names.indexOf(text.toLowerCase());
  if (named >= 0) return named + field.first;
  if (!/^\d+$/.test(text)) throw refused(`${field.name} "${element}" ${notUnixCron(field, element)}`);
  const value = Number(text);
  if (value >= field.first && value <= (field === DAY_OF_WEEK ? 7 : field.last)) return value;
  throw refused(`${field.name} "${text}" is out of range: ${allowed(field)} are allowed.`);
}

function allowed({ first, last, names }: Field): string {
  const numbers = `${first}-${last}`;
  if (names.length === 0) return numbers;
  return names[0] === 'sun' ? '0-7 (0 and 7 are Sunday) or sun-sat' : `${numbers} or jan-dec`;
}

/** Error text of an invalid element, with the dialect that it belongs to. */
function notUnixCron(field: Field, element: string): string {
  const plain = `Write ${allowed(field)}, or lists, ranges and steps of them.`;
  if (element.includes('#')) return `is not unix-cron: "#" (the nth weekday) is not supported. ${plain}`;
  if (/^l?w$|^\d+w$/i.test(element))
    return `is not unix-cron: "W" (the nearest weekday) is not supported. ${plain}`;
  if (/^(?:\d+|\w{3})?l(?:-\d+)?$/i.test(element)) {
    return `is not unix-cron: "L" (the last) is not supported. ${plain}`;
  }
  return `can't be read. ${plain}`;
}

type Range = { readonly element: string; readonly named: boolean } & Readonly<
  Record<'first' | 'last' | 'step', number>
>;

/** Error text of a reversed range, with the list that works. Unix-cron has no such ranges: Debian's cron accepts `22-2` and never runs it. */
function reversed(field: Field, { element, named, first, last, step }: Range): string {
  const size = field.last - field.first + 1;
  const from = first > field.last ? field.first : first;
  const length = ((last - from + size) % size) + 1;
  const values = Array.from(
    { length: Math.ceil(length / step) },
    (_, index) => ((from - field.first + index * step) % size) + field.first,
  );
  const ranges = from > last ? `${span(from, field.last)},${span(field.first, last)}` : span(from, last);
  const list = values.map((value) => (named ? (field.names[value - field.first] ?? value) : value)).join(',');
  return `${field.name} "${element}" is a reversed range: write "${named || step > 1 ? list : ranges}".`;
}

const span = (first: number, last: number): string => (first === last ? String(first) : `${first}-${last}`);
