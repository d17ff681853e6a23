import cronstrue from 'cronstrue';
import { type Cron, listText, stepToEnd } from './cron.ts';

/**
 * Describes a cron in English, on a 24-hour clock: "At 02:00, Monday through Friday". Where both day fields are restricted:
 * "At 00:00, on day 13 of the month; also at 00:00, only on Friday".
 */
export function describeCron(cron: Cron): string {
  const days = cron.anyDayOfMonth ? '*' : listText(cron.daysOfMonth);
  const weekdays = cron.anyDayOfWeek ? '*' : listText(cron.daysOfWeek);
  if (days === '*' || weekdays === '*') return inWords(cron, days, weekdays);
  const [first = '', ...rest] = inWords(cron, '*', weekdays);
  return `${inWords(cron, days, '*')}; also ${first.toLowerCase()}${rest.join('')}`;
}

/** Calls cronstrue with the values, not the user's text, in which it reads a step of 90 as 90 minutes, and two day fields as AND. */
function inWords({ minutes, hours, months }: Cron, days: string, weekdays: string): string {
  const time = `${timeText(minutes, 60)} ${timeText(hours, 24)}`;
  const month = months.length === 12 ? '*' : listText(months);
  return cronstrue.toString(`${time} ${days} ${month} ${weekdays}`, { use24HourTimeFormat: true });
}

/** Formats minutes or hours. A step only where it divides the hour or the day: `0,7,…,56` is not "every 7 minutes". */
function timeText(values: readonly number[], size: number): string {
  if (values.length === size) return '*';
  const step = stepToEnd(values, size - 1);
  return step !== undefined && values[0] === 0 && size % step === 0 ? `*/${step}` : listText(values);
}
