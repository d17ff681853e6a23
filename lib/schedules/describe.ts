import cronstrue from 'cronstrue';
import { type Cron, listText, stepToEnd } from './cron.ts';

/**
 * A cron in English, on a 24-hour clock: "At 02:00, Monday through Friday". Where both day fields are restricted
 * it says both times: "At 00:00, on day 13 of the month; also at 00:00, only on Friday".
 */
export function describeCron(cron: Cron): string {
  const days = cron.anyDayOfMonth ? '*' : listText(cron.daysOfMonth);
  const weekdays = cron.anyDayOfWeek ? '*' : listText(cron.daysOfWeek);
  if (days === '*' || weekdays === '*') return inWords(cron, days, weekdays);
  const [first = '', ...rest] = inWords(cron, '*', weekdays);
  return `${inWords(cron, days, '*')}; also ${first.toLowerCase()}${rest.join('')}`;
}

/** cronstrue reads the values, not the user's text: a step of 90 is for it every 90 minutes, two days an AND. */
function inWords({ minutes, hours, months }: Cron, days: string, weekdays: string): string {
  const time = `${timeText(minutes, 60)} ${timeText(hours, 24)}`;
  const month = months.length === 12 ? '*' : listText(months);
  return cronstrue.toString(`${time} ${days} ${month} ${weekdays}`, { use24HourTimeFormat: true });
}

/** A step only where it divides the hour or the day: `0,7,…,56` is not "every 7 minutes", for it begins anew. */
function timeText(values: readonly number[], size: number): string {
  if (values.length === size) return '*';
  const step = stepToEnd(values, size - 1);
  return step !== undefined && values[0] === 0 && size % step === 0 ? `*/${step}` : listText(values);
}
