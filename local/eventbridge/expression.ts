import { type CronField, parseField } from './cron-field.ts';

/*
 * Schedule expressions as AWS documents them. Anything else is rejected, so that nothing works only here.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */

/** Valid schedule expression. */
export type ScheduleExpression =
  | { readonly kind: 'rate'; readonly minutes: number }
  | {
      readonly kind: 'cron';
      readonly minute: CronField;
      readonly hour: CronField;
      readonly dayOfMonth: CronField;
      readonly month: CronField;
      readonly dayOfWeek: CronField;
      readonly year: CronField;
    };

const MINUTE_MS = 60_000;
const RATE = /^rate\(([1-9]\d{0,8}) (minute|hour|day)(s?)\)$/;
const UNIT_MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 24 * 60 };

/** Days of a leap year: a day that no month has (30 FEB) matches none of them. */
const LEAP_YEAR: readonly Date[] = Array.from(
  { length: 366 },
  (_, day) => new Date(Date.UTC(2024, 0, 1 + day)),
);

/** Parses an expression; `undefined` where AWS answers `Parameter ScheduleExpression is not valid.` */
export function parseExpression(text: string): ScheduleExpression | undefined {
  if (text.length > 256) return undefined;
  const rate = RATE.exec(text);
  if (rate !== null) return parseRate(rate);
  const [, fields] = /^cron\((\S.*\S)\)$/.exec(text) ?? [];
  return fields === undefined ? undefined : parseCronFields(fields.split(/ +/));
}

function parseRate([, value, unit = '', plural]: RegExpExecArray): ScheduleExpression | undefined {
  const isOne = value === '1';
  if (isOne === (plural === 's')) return undefined;
  return { kind: 'rate', minutes: Number(value) * (UNIT_MINUTES[unit] ?? 0) };
}

function parseCronFields(texts: readonly string[]): ScheduleExpression | undefined {
  if (texts.length !== 6) return undefined;
  const [minuteText = '', hourText = '', dayText = '', monthText = '', weekdayText = '', yearText = ''] =
    texts;
  // Exactly one of the two day fields is "?".
  if ((dayText === '?') === (weekdayText === '?')) return undefined;
  const minute = parseField('minute', minuteText);
  const hour = parseField('hour', hourText);
  const dayOfMonth = parseField('dayOfMonth', dayText);
  const month = parseField('month', monthText);
  const dayOfWeek = parseField('dayOfWeek', weekdayText);
  const year = parseField('year', yearText);
  if (!minute || !hour || !dayOfMonth || !month || !dayOfWeek || !year) return undefined;
  if (!LEAP_YEAR.some((date) => dayOfMonth(date) && month(date))) return undefined;
  return { kind: 'cron', minute, hour, dayOfMonth, month, dayOfWeek, year };
}

/** Tests if a rule fires at a whole minute of UTC. A rate counts from the minute in which the rule was created. */
export function firesAt(expression: ScheduleExpression, minute: Date, created: Date): boolean {
  if (expression.kind === 'rate') {
    const age = Math.floor(minute.getTime() / MINUTE_MS) - Math.floor(created.getTime() / MINUTE_MS);
    return age > 0 && age % expression.minutes === 0;
  }
  return (
    expression.minute(minute) &&
    expression.hour(minute) &&
    expression.dayOfMonth(minute) &&
    expression.month(minute) &&
    expression.dayOfWeek(minute) &&
    expression.year(minute)
  );
}
