import { createHash } from 'node:crypto';

/*
 * Due times of a cron, found by walking through time minute by minute and looking at the clock of the zone. Slow,
 * plain, and without a line of lib: what lib computes is judged by it.
 */

/** A minute of UTC and what the clocks of a zone show in it. */
export type ClockMinute = {
  readonly at: Date;
  readonly shown: string;
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
  /** The clocks showed the same before, within a day: they were set back. */
  readonly again: boolean;
};

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
] as const;

/** Every minute from `from` to `to`, both included, as the clocks of `timeZone` show it. */
export function clockMinutes(timeZone: string, from: Date, to: Date): readonly ClockMinute[] {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    weekday: 'short',
    hour: 'numeric',
    minute: 'numeric',
  });
  const seen = new Set<string>();
  const minutes: ClockMinute[] = [];
  for (let time = from.getTime() - DAY_MS; time <= to.getTime(); time += MINUTE_MS) {
    const at = new Date(time);
    const shown = format.format(at);
    // "Sun, 10/25/2026, 02:30"
    const [weekday = '', month, day, , hour, minute] = shown.split(/[, /:]+/);
    const again = seen.has(shown);
    seen.add(shown);
    if (at < from) continue;
    minutes.push({
      at,
      shown,
      minute: Number(minute),
      hour: Number(hour),
      day: Number(day),
      month: Number(month),
      weekday: WEEKDAYS.indexOf(weekday),
      again,
    });
  }
  return minutes;
}

/** Those of the minutes in which a valid five-field cron is due. */
export function dueMinutes(cron: string, minutes: readonly ClockMinute[]): readonly Date[] {
  const fields = cron.split(' ');
  const sets = fields.map((field, index) => valuesOf(field, index));
  const holds = (index: number, value: number): boolean => sets[index]?.has(value) ?? false;
  const free = (index: number): boolean => /(?:^|,)[*?](?:\/1)?(?:,|$)/.test(fields[index] ?? '');
  const followsClock = /^[*?]/.test(fields[1] ?? '');

  return minutes
    .filter(({ minute, hour, day, month, weekday, again }) => {
      if (again && !followsClock) return false;
      if (!holds(0, minute) || !holds(1, hour) || !holds(3, month)) return false;
      const [byDay, byWeekday] = [holds(2, day), holds(4, weekday)];
      if (free(2)) return free(4) || byWeekday;
      return free(4) ? byDay : byDay || byWeekday;
    })
    .map(({ at }) => at);
}

function valuesOf(field: string, index: number): ReadonlySet<number> {
  const [min, max] = RANGES[index] ?? [0, 0];
  const values = new Set<number>();
  for (const part of field.split(',')) {
    const [range = '', step] = part.split('/');
    const [first, last] = range.split('-').map((text) => numberOf(text));
    const all = range === '*' || range === '?';
    const from = all ? min : (first ?? min);
    // Kubernetes counts a step to Saturday, not to the second Sunday.
    const end = index === 4 ? 6 : max;
    const to = all || (last === undefined && step !== undefined) ? end : (last ?? from);
    for (let value = from; value <= (to === 0 && from > 0 ? 7 : to); value += Number(step ?? 1)) {
      values.add(index === 4 ? value % 7 : value);
    }
  }
  return values;
}

function numberOf(text: string): number {
  const name = text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase();
  if (MONTHS.includes(name)) return MONTHS.indexOf(name) + 1;
  return WEEKDAYS.includes(name) ? WEEKDAYS.indexOf(name) : Number(text);
}

/** The one of the minutes at which a schedule with a date and a time, `2026-12-24 02:00`, is due; none where it is not among them. */
export function minutesAt(at: string, minutes: readonly ClockMinute[]): readonly Date[] {
  const [year, month, day, hour, minute] = at.split(/[-T :]/);
  const shown = `, ${Number(month)}/${Number(day)}/${year}, ${hour}:${minute}`;
  return minutes.filter((one) => !one.again && one.shown.endsWith(shown)).map((one) => one.at);
}

/** The cron of a job with its own minute and hour for H, each by SHA-256 over space, job and field; another cron as it is. */
export function withoutHash(cron: string, space: string, job: string): string {
  const hashed = (field: string, size: number): string => {
    const hash = createHash('sha256')
      .update(JSON.stringify([space, job, field]))
      .digest('hex');
    return String(Number.parseInt(hash.slice(0, 12), 16) % size);
  };
  const [minute = '', hour = '', ...days] = cron.split(' ');
  const own = [minute === 'H' ? hashed('minute', 60) : minute, hour === 'H' ? hashed('hour', 24) : hour];
  return [...own, ...days].join(' ');
}

/** Date and time as a schedule has it, of a minute on the clocks of its zone. */
export function writtenTime({ shown }: ClockMinute): string {
  // "Sun, 10/25/2026, 02:30"
  const [, month = '', day = '', year = '', hour = '', minute = ''] = shown.split(/[, /:]+/);
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')} ${hour}:${minute}`;
}
