import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../lib/platform/errors.ts';
import { parseCron } from '../../lib/schedules/cron.ts';

const through = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('parseCron returns the values of', () => {
  it.each([
    ['a list with a value twice', '0,0,5 * * * *', { minutes: [0, 5] }],
    ['a list whose ranges overlap', '0-3,2-5 * * * *', { minutes: [0, 1, 2, 3, 4, 5] }],
    ['a value with a step: to the end of the field', '5/15 * * * *', { minutes: [5, 20, 35, 50] }],
    ['a range with a step', '10-30/10 * * * *', { minutes: [10, 20, 30] }],
    ['a step past the end: the first value', '*/90 * * * *', { minutes: [0] }],
    ['a step past the end of a range', '7-9/30 * * * *', { minutes: [7] }],
    ['a huge step', '*/99999999999999999999 * * * *', { minutes: [0] }],
    ['leading zeros', '05 08 * * *', { minutes: [5], hours: [8] }],
    ['several spaces and tabs', '  5   8 \t * * *  ', { minutes: [5], hours: [8] }],
    ['names of months in any case', '0 0 1 JAN-mar,Dec *', { months: [1, 2, 3, 12] }],
    ['one month, and more days than it has', '0 0 1-31 feb 1', { daysOfMonth: through(1, 31) }],

    ['Sunday as 0', '0 0 * * 0', { daysOfWeek: [0] }],
    ['Sunday as 7', '0 0 * * 7', { daysOfWeek: [0] }],
    ['Sunday twice', '0 0 * * 0,7', { daysOfWeek: [0] }],
    ['a range to 7', '0 0 * * 5-7', { daysOfWeek: [0, 5, 6] }],
    ['a range to sun', '0 0 * * fri-sun', { daysOfWeek: [0, 5, 6] }],
    ['a whole week that ends with sun', '0 0 * * mon-sun', { daysOfWeek: through(0, 6) }],
    ['a range from sun', '0 0 * * sun-tue', { daysOfWeek: [0, 1, 2] }],
    ['sun alone as a range', '0 0 * * sun-sun', { daysOfWeek: [0] }],
    ['0 to sun', '0 0 * * 0-sun', { daysOfWeek: [0] }],
    ['0 with leading zeros to sun', '0 0 * * 00-sun', { daysOfWeek: [0] }],
    ['0 to sun with a step', '0 0 * * 000-SUN/2', { daysOfWeek: [0] }],
    ['7 to sun', '0 0 * * 07-sun', { daysOfWeek: [0] }],
    ['01 to sun', '0 0 * * 01-sun', { daysOfWeek: through(0, 6) }],
    ['a step that ends before the second Sunday', '0 0 * * 3/2', { daysOfWeek: [3, 5] }],
    ['a step that ends with 7', '0 0 * * 1-7/2', { daysOfWeek: [0, 1, 3, 5] }],

    ['? as *', '? ? ? ? ?', { minutes: through(0, 59), anyDayOfMonth: true, anyDayOfWeek: true }],
    ['*/1 as *', '0 0 */1 * 1', { anyDayOfMonth: true }],
    ['*/2: a restricted day', '0 0 */2 * 1', { anyDayOfMonth: false, anyDayOfWeek: false }],
    ['a full range: a restricted day', '0 0 1-31 * 0-6', { anyDayOfMonth: false, anyDayOfWeek: false }],
    ['an hour field of *', '0 * * * *', { everyHour: true }],
    ['an hour field of */n', '0 */2 * * *', { everyHour: true }],
    ['an hour field of all hours', '0 0-23 * * *', { everyHour: false }],

    ['@hourly', '@hourly', { minutes: [0], hours: through(0, 23), everyHour: true }],
    ['@daily', '@daily', { minutes: [0], hours: [0], anyDayOfMonth: true, anyDayOfWeek: true }],
    ['@midnight', '@midnight', { minutes: [0], hours: [0] }],
    ['@weekly', '@weekly', { daysOfWeek: [0], anyDayOfMonth: true }],
    ['@monthly', '@Monthly', { daysOfMonth: [1], months: through(1, 12) }],
    ['@yearly', '@yearly', { daysOfMonth: [1], months: [1] }],
    ['@annually', '@annually', { daysOfMonth: [1], months: [1] }],

    ['29 February', '0 0 29 2 *', { daysOfMonth: [29], months: [2] }],
    ['a day of month that never comes beside a weekday', '0 0 30 2 1', { months: [2], daysOfWeek: [1] }],
  ])('%s', (_, text, expected) => {
    expect(parseCron(text)).toMatchObject(expected);
  });
});

describe('parseCron rejects, and suggests a fix:', () => {
  it.each([
    ['an empty text', '', 'It is empty: write five fields'],
    ['spaces alone', '   ', 'It is empty'],
    ['2,000 characters', '*'.repeat(2000), '2000 characters; at most 512'],
    [
      'four fields',
      '* * * *',
      'has 4 fields; unix cron has five (minute, hour, day of month, month, day of week)',
    ],
    ['one field', 'x', 'has 1 field;'],
    [
      'a zone inside',
      'CRON_TZ=Asia/Tokyo 0 2 * * *',
      '"CRON_TZ=Asia/Tokyo" is not allowed in it: give the time zone in timeZone',
    ],
    ['@reboot', '@reboot', '"@reboot" is not allowed: a job has no machine that starts'],
    ['@every', '@every 5m', '"*/5 * * * *" for every 5 minutes'],
    ['a macro of another dialect', '@secondly', 'write five fields or @hourly, @daily'],

    ['a minute out of range', '61 * * * *', 'minute "61" is out of range: 0-59 are allowed'],
    ['an hour out of range', '0 24 * * *', 'hour "24" is out of range: 0-23'],
    ['day 0', '0 0 0 * *', 'day of month "0" is out of range: 1-31'],
    ['month 0', '0 0 * 0 *', 'month "0" is out of range: 1-12 or jan-dec'],
    ['month 13 at the end of a range', '0 0 * 1-13 *', 'month "13" is out of range'],
    ['weekday 8', '0 0 * * 8', 'day of week "8" is out of range: 0-7 (0 and 7 are Sunday) or sun-sat'],
    ['a negative value', '-1 * * * *', 'minute "-1" can\'t be read. Write 0-59'],
    ['a fraction', '1.5 * * * *', 'minute "1.5" can\'t be read'],
    ['an unknown name', '0 0 * foo *', 'month "foo" can\'t be read. Write 1-12 or jan-dec'],
    ['a name of the other field', '0 0 * mon *', 'month "mon" can\'t be read'],
    ['a name where there are none', 'jan * * * *', 'minute "jan" can\'t be read'],
    ['a step of 0', '*/0 * * * *', 'minute "*/0" has the step 0: write a step of 1 or more'],
    ['a step without a number', '*/ * * * *', 'minute "*/" can\'t be read'],
    ['two steps', '*/2/3 * * * *', 'minute "*/2/3" can\'t be read'],
    ['two stars', '** * * * *', 'minute "**" can\'t be read'],
    ['an open range', '5- * * * *', 'minute "5-" can\'t be read'],
    ['an empty entry', '1,,2 * * * *', 'minute "1,,2" has an empty entry: remove the extra comma'],

    [
      'a reversed range of names',
      '0 0 * * fri-mon',
      'day of week "fri-mon" is a reversed range: write "fri,sat,sun,mon"',
    ],
    ['a reversed range of months', '0 0 1 nov-feb *', 'write "nov,dec,jan,feb"'],
    ['a reversed range of hours', '0 22-2 * * *', 'hour "22-2" is a reversed range: write "22-23,0-2"'],
    ['a reversed range to the first value', '0 23-0 * * *', 'write "23,0"'],
    ['a reversed range with a step', '0 22-2/2 * * *', 'write "22,0,2"'],
    ['a reversed range from 7', '0 0 * * 7-1', 'write "0-1"'],
    ['a reversed range to 0', '0 0 * * 5-0', 'write "5-6,0"'],

    ['L', '0 0 L * *', 'day of month "L" is not unix-cron: "L" (the last) is not supported'],
    ['L-3', '0 0 L-3 * *', '"L" (the last)'],
    ['5L', '0 0 * * 5L', '"L" (the last)'],
    ['W', '0 0 15W * *', 'day of month "15W" is not unix-cron: "W" (the nearest weekday)'],
    ['LW', '0 0 LW * *', '"W" (the nearest weekday)'],
    ['#', '0 0 * * 5#2', 'day of week "5#2" is not unix-cron: "#" (the nth weekday)'],

    ['30 February', '0 0 30 2 *', '"0 0 30 2 *" never fires: no month "2" has a day "30"'],
    ['day 31 of short months', '0 0 31 4,6,9,nov *', 'never fires'],
  ])('%s', (_, text, message) => {
    const parse = () => parseCron(text);
    expect(parse).toThrow(DomainError);
    expect(parse).toThrow(message);
  });

  it.each([
    ['fri,sat,sun,mon', [0, 1, 5, 6]],
    ['7,0-1', [0, 1]],
    ['5-6,0', [0, 5, 6]],
  ])('parseCron accepts its suggestion %s', (weekdays, daysOfWeek) => {
    expect(parseCron(`0 0 * * ${weekdays}`)).toMatchObject({ daysOfWeek });
  });
});
