import cronstrue from 'cronstrue';
import { type Cron, listText, MONTH_LENGTHS, stepToEnd } from './cron.ts';

const WORDS = { use24HourTimeFormat: true };
const MIDNIGHT = 'At 00:00';

/**
 * Describes a cron in English, on a 24-hour clock: "At 02:00, Monday through Friday". Where both day fields are restricted:
 * "At 00:00, on day 13 of the month; also at 00:00, only on Friday". A day that no month has is left out.
 */
export function describeCron(cron: Cron): string {
  const days = cron.daysOfMonth.filter((day) => cron.months.some((month) => lengthOf(month) >= day));
  const hasDay = !cron.anyDayOfMonth && days.length > 0;
  const hasWeekday = !cron.anyDayOfWeek;
  const isDaily = (hasDay && days.length === 31) || (hasWeekday && cron.daysOfWeek.length === 7);
  if (isDaily || !(hasDay || hasWeekday)) return inWords(cron, '*', cron.months, '*');
  if (!hasDay) return inWords(cron, '*', cron.months, listText(cron.daysOfWeek));
  const months = cron.months.filter((month) => lengthOf(month) >= (days[0] ?? 0));
  const byDay = inWords(cron, listText(days), months, '*');
  if (!hasWeekday) return byDay;
  const [first = '', ...rest] = inWords(cron, '*', cron.months, listText(cron.daysOfWeek));
  return `${byDay}; also ${first.toLowerCase()}${rest.join('')}`;
}

const lengthOf = (month: number): number => MONTH_LENGTHS[month] ?? 0;

/** Explains where another cron reads an expression otherwise; `undefined` where all agree. */
export const dialectNote = ({ starredDay, anyDayOfMonth, anyDayOfWeek }: Cron): string | undefined =>
  starredDay && !anyDayOfMonth && !anyDayOfWeek
    ? 'A day that matches either day field counts, as in Kubernetes. The cron of Linux wants both where one begins with "*".'
    : undefined;

/**
 * Calls cronstrue with the values, not the user's text, in which it reads a step of 90 as 90 minutes, and two day fields as
 * AND. Several minutes of hours that are no range are our own words: for cronstrue they are "at 00:00 and 05:00".
 */
function inWords(
  { minutes, hours }: Cron,
  days: string,
  months: readonly number[],
  weekdays: string,
): string {
  const date = `${days} ${months.length === 12 ? '*' : listText(months)} ${weekdays}`;
  const minute = timeText(minutes, 60);
  const isRange = hours.length - 1 === (hours.at(-1) ?? 0) - (hours[0] ?? 0);
  if (minutes.length > 1 && !isRange) {
    const list = hours.map((hour) => String(hour).padStart(2, '0'));
    const dates = cronstrue.toString(`0 0 ${date}`, WORDS).slice(MIDNIGHT.length);
    return `${cronstrue.toString(`${minute} * * * *`, WORDS)}, in the hours ${and(list)}${dates}`;
  }
  const hour = isRange && minutes.length > 1 ? rangeText(hours) : hourText(hours);
  return cronstrue.toString(`${minute} ${hour} ${date}`, WORDS);
}

const and = (list: readonly string[]): string => `${list.slice(0, -1).join(', ')} and ${list.slice(-1)}`;

/** Formats hours in a row; two as a range too, so that they are not two points in time. */
const rangeText = (hours: readonly number[]): string =>
  hours.length === 24 ? '*' : hours.length === 1 ? String(hours[0]) : `${hours[0]}-${hours.at(-1)}`;

/** Formats hours. A list has no ranges in it: cronstrue reads them as whole hours, whatever the minute. */
const hourText = (hours: readonly number[]): string => {
  const text = timeText(hours, 24);
  return text.includes(',') ? hours.join(',') : text;
};

/** Formats minutes or hours. A step only where it divides the hour or the day: `0,7,…,56` is not "every 7 minutes". */
function timeText(values: readonly number[], size: number): string {
  if (values.length === size) return '*';
  const step = stepToEnd(values, size - 1);
  return step !== undefined && values[0] === 0 && size % step === 0 ? `*/${step}` : listText(values);
}
