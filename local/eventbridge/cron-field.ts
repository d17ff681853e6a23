/** Tests if a field of a cron expression matches a time. */
export type CronField = (time: Date) => boolean;

type Kind = 'minute' | 'hour' | 'dayOfMonth' | 'month' | 'dayOfWeek' | 'year';

type Rules = {
  readonly min: number;
  readonly max: number;
  readonly names: readonly string[];
  readonly of: (time: Date) => number;
  /** AWS documents no step for the day of week. */
  readonly steps: boolean;
};

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const WEEKDAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

const RULES: Readonly<Record<Kind, Rules>> = {
  minute: { min: 0, max: 59, names: [], of: (time) => time.getUTCMinutes(), steps: true },
  hour: { min: 0, max: 23, names: [], of: (time) => time.getUTCHours(), steps: true },
  dayOfMonth: { min: 1, max: 31, names: [], of: (time) => time.getUTCDate(), steps: true },
  month: { min: 1, max: 12, names: MONTHS, of: (time) => time.getUTCMonth() + 1, steps: true },
  dayOfWeek: { min: 1, max: 7, names: WEEKDAYS, of: (time) => time.getUTCDay() + 1, steps: false },
  year: { min: 1970, max: 2199, names: [], of: (time) => time.getUTCFullYear(), steps: true },
};

/** Parses one field of an EventBridge cron expression; `undefined` if AWS does not document it as valid. */
export function parseField(kind: Kind, text: string): CronField | undefined {
  if (text === '?') return kind === 'dayOfMonth' || kind === 'dayOfWeek' ? () => true : undefined;
  if (kind === 'dayOfMonth') return parseLastDay(text) ?? parseList(RULES[kind], text);
  if (kind === 'dayOfWeek') return parseNthWeekday(text) ?? parseList(RULES[kind], text);
  return parseList(RULES[kind], text);
}

function parseList(rules: Rules, text: string): CronField | undefined {
  const parts = text.split(',').map((part) => parsePart(rules, part));
  const known = parts.filter((part) => part !== undefined);
  if (known.length < parts.length) return undefined;
  const values = new Set(known.flat());
  return (time) => values.has(rules.of(time));
}

/** Parses `*`, `n` or `a-b`, each with an optional step. `n/s` runs to the end of the field. */
function parsePart(rules: Rules, text: string): readonly number[] | undefined {
  const [, from = '', to, stepText] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(text) ?? [];
  if (stepText !== undefined && !rules.steps) return undefined;
  const step = Number(stepText ?? 1);
  const all = from === '*';
  const first = all ? rules.min : valueIn(rules, from);
  const last = to !== undefined ? valueIn(rules, to) : all || stepText !== undefined ? rules.max : first;
  if (first === undefined || last === undefined || first > last || (all && to !== undefined))
    return undefined;
  if (step < 1 || step > rules.max) return undefined;
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}

/** Names are upper case, as AWS writes them. */
function valueIn({ min, max, names }: Rules, text: string): number | undefined {
  const named = names.indexOf(text);
  if (named >= 0) return named + min;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

/** Parses `L`, the last day of the month, and `15W`, the weekday nearest to the 15th in the same month. */
function parseLastDay(text: string): CronField | undefined {
  if (text === 'L') return (time) => time.getUTCDate() === lastOf(time);
  const [, dayText] = /^(\d{1,2})W$/.exec(text) ?? [];
  const day = dayText === undefined ? undefined : valueIn(RULES.dayOfMonth, dayText);
  return day === undefined ? undefined : (time) => time.getUTCDate() === nearestWeekday(time, day);
}

const lastOf = (time: Date): number =>
  new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 0)).getUTCDate();

function nearestWeekday(time: Date, day: number): number | undefined {
  const last = lastOf(time);
  if (day > last) return undefined;
  const weekday = new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth(), day)).getUTCDay();
  if (weekday === 6) return day === 1 ? day + 2 : day - 1;
  if (weekday === 0) return day === last ? day - 2 : day + 1;
  return day;
}

/**
 * Parses `L` (Saturday), `6L` (last Friday of the month), and `3#2` or `TUE#2` (second Tuesday). Each must stand alone.
 */
function parseNthWeekday(text: string): CronField | undefined {
  if (text === 'L') return (time) => time.getUTCDay() === 6;
  const [, lastText, nthText, nth] = /^(?:([1-7])L|(\w+)#([1-5]))$/.exec(text) ?? [];
  const weekday = valueIn(RULES.dayOfWeek, lastText ?? nthText ?? '');
  if (weekday === undefined) return undefined;
  const onWeekday: CronField = (time) => RULES.dayOfWeek.of(time) === weekday;
  if (lastText !== undefined) return (time) => onWeekday(time) && time.getUTCDate() + 7 > lastOf(time);
  return (time) => onWeekday(time) && Math.ceil(time.getUTCDate() / 7) === Number(nth);
}
