const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The number that a weekday of PCF Scheduler has for Sunday: its two manuals disagree. */
export type Sunday = 0 | 1;

/** A cron of PCF Scheduler in unix cron; or why it is none, in words. */
export type ReadCron = { readonly cron: string } | { readonly problem: string };

/** Whether its weekdays are numbers, so that it depends on the number of Sunday what they mean. */
export const hasNumericWeekdays = (expression: string): boolean =>
  /\d/.test((fieldsOf(expression)[4] ?? '').replace(/\/\d+/g, ''));

const fieldsOf = (expression: string): string[] => expression.trim().split(/\s+/);

/** Five fields; `?` is read as `*`, and numbers of weekdays become names. `sunday`: `undefined` when nobody says it. */
export function readPcfCron(expression: string, sunday: Sunday | undefined): ReadCron {
  const fields = fieldsOf(expression);
  const [weekday = ''] = fields.slice(4);
  if (fields.length !== 5) return { problem: `it has ${fields.length} fields, not five` };
  if (!hasNumericWeekdays(expression)) return { cron: plain(fields) };
  if (sunday === undefined) {
    return {
      problem: `its weekdays "${weekday}" are numbers, and PCF Scheduler's manuals disagree on them: say which number Sunday has, --sunday-is 0 or --sunday-is 1`,
    };
  }
  const named = weekday.split(',').map((entry) => daysOf(entry, sunday));
  const wrong = named.indexOf(undefined);
  if (wrong !== -1) {
    const range = sunday === 0 ? '0 to 7' : '1 to 7';
    return {
      problem: `its weekday "${weekday.split(',')[wrong]}" is not understood where days are ${range}`,
    };
  }
  return { cron: plain([...fields.slice(0, 4), [...new Set(named)].join(',')]) };
}

const plain = (fields: readonly string[]): string =>
  fields.map((field) => field.replaceAll('?', '*').toLowerCase()).join(' ');

const ENTRY = /^(\d)(?:-(\d))?(?:\/([1-9]))?$/;

/** The names of the days that an entry such as `2`, `2-6` or `1/2` means; `undefined` when it means none. */
function daysOf(entry: string, sunday: Sunday): string | undefined {
  if (!/\d/.test(entry.replace(/\/\d+/, ''))) return entry;
  const [, first, last, step] = ENTRY.exec(entry) ?? [];
  if (first === undefined) return undefined;
  const from = Number(first);
  const to = last === undefined ? (step === undefined ? from : 6 + sunday) : Number(last);
  if (from < sunday || from > to || to > 7) return undefined;
  const days: string[] = [];
  for (let day = from; day <= to; day += Number(step ?? 1)) days.push(DAYS[(day - sunday) % 7] ?? '');
  return rangeOf(days, step === undefined);
}

/** `mon-fri` for days that follow each other; the days themselves where a range would run over Saturday. */
function rangeOf(days: readonly string[], adjacent: boolean): string {
  const [first = '', last = ''] = [days[0], days.at(-1)];
  const ascends = DAYS.indexOf(first) < DAYS.indexOf(last);
  return adjacent && days.length > 2 && ascends ? `${first}-${last}` : days.join(',');
}
