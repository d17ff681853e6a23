import { describe, expect, it } from '@jest/globals';
import { firesAt, parseExpression } from '../../../local/eventbridge/expression.ts';

describe('parseExpression accepts', () => {
  it.each([
    'cron(0 2 ? * SAT *)',
    'cron(5,35 14 * * ? *)',
    'cron(15 10 ? * 6L 2002-2005)',
    'cron(0 2 ? * SAT#3 *)',
    'cron(* * ? * SAT#3 *)',
    'cron(0/5 5 ? JAN 1-5 2022)',
    'cron(0 18 ? * MON-FRI *)',
    'cron(0 8 1 * ? *)',
    'cron(0/15 * * * ? *)',
    'cron(0/5 8-17 ? * MON-FRI *)',
    'cron(0/30 20-23 ? * MON-FRI *)',
    'cron(0 16 L * ? *)',
    'cron(0 9 3W * ? *)',
    'cron(0 0 ? * SUN,FRI,SAT *)',
    'rate(1 minute)',
    'rate(5 minutes)',
    'rate(1 hour)',
    'rate(7 days)',
  ])('%s', (text) => {
    expect(parseExpression(text)).toBeDefined();
  });
});

describe('parseExpression rejects', () => {
  it.each([
    // Refused by AWS, as recorded or reported.
    ['both days given', 'cron(0 1 * * * *)'],
    ['an unknown name', 'cron(7 20 * * NOT *)'],
    ['no fields', 'cron(INVALID)'],
    ['a word for an hour', 'cron(0 dummy ? * MON-FRI *)'],
    ['minute 71', 'cron(71 8 1 * ? *)'],
    ['five fields', 'cron(0 8 1 * ?)'],
    ['weekday -1', 'cron(0 8 ? * -1 *)'],
    ['weekday 0', 'cron(0 8 ? * 0 *)'],
    ['a step of 60 minutes', 'cron(*/60 * * * ? *)'],
    ['? as the year', 'cron(0 8 1 * ? ?)'],
    ['? as the hour', 'cron(0 ? 1 * ? *)'],
    ['two nth weekdays', 'cron(0 8 ? * 3#1,6#3 *)'],
    ['seconds', 'rate(10 seconds)'],
    ['years', 'rate(10 years)'],
    ['one minutes', 'rate(1 minutes)'],
    ['one hours', 'rate(1 hours)'],
    ['one days', 'rate(1 days)'],
    ['ten minute', 'rate(10 minute)'],
    ['ten hour', 'rate(10 hour)'],
    ['ten day', 'rate(10 day)'],
    ['an empty rate', 'rate()'],
    ['no unit', 'rate(10)'],
    ['a unit misspelt', 'rate(10 minutess)'],
    ['a word for a number', 'rate(foo minutes)'],
    ['zero minutes', 'rate(0 minutes)'],
    ['negative minutes', 'rate(-10 minutes)'],
    ['a unit in capitals', 'rate(10 MINUTES)'],
    ['spaces inside', 'rate( 10 minutes )'],
    ['a space before', ' rate(10 minutes)'],

    // Not known to be taken by AWS.
    ['? for both days', 'cron(0 8 ? * ? *)'],
    ['a reversed range of days', 'cron(0 8 ? * FRI-MON *)'],
    ['a reversed range of hours', 'cron(0 22-2 * * ? *)'],
    ['a step of weekdays', 'cron(0 8 ? * 2/2 *)'],
    ['L in a list', 'cron(0 8 L,15 * ? *)'],
    ['L with an offset', 'cron(0 8 L-3 * ? *)'],
    ['names in small letters', 'cron(0 8 ? * mon *)'],
    ['30 February', 'cron(0 8 30 FEB ? *)'],

    ['an empty text', ''],
    ['unix cron', '0 8 * * *'],
    ['257 characters', `cron(${'0,'.repeat(120)}0 0 1 JAN ? *)`],
    ['a step of zero', 'cron(0/0 * * * ? *)'],
    ['a year out of range', 'cron(0 0 1 1 ? 2200)'],
    ['a range from *', 'cron(*-5 * * * ? *)'],
    ['an empty entry', 'cron(1,,2 * * * ? *)'],
    ['the 32nd', 'cron(0 0 32W * ? *)'],
    ['a sixth weekday', 'cron(0 0 ? * 2#6 *)'],
  ])('%s: %s', (_, text) => {
    expect(parseExpression(text)).toBeUndefined();
  });
});

const DAY_MS = 86_400_000;
const CREATED = new Date('2026-01-01T00:00:30Z');

function firesIn2026(text: string): string[] {
  const expression = parseExpression(text);
  if (expression === undefined) throw new Error(`${text} is not valid`);
  const days = Array.from({ length: 365 }, (_, day) => new Date(Date.UTC(2026, 0, 1) + day * DAY_MS));
  return days.filter((day) => firesAt(expression, day, CREATED)).map((day) => day.toISOString().slice(5, 10));
}

describe('firesAt', () => {
  it.each([
    ['weekdays count from Sunday as 1', 'cron(0 0 ? JAN 1 *)', ['01-04', '01-11', '01-18', '01-25']],
    ['a name is the same day', 'cron(0 0 ? JAN SUN *)', ['01-04', '01-11', '01-18', '01-25']],
    ['the last day of a month', 'cron(0 0 L 1-4 ? *)', ['01-31', '02-28', '03-31', '04-30']],
    ['the last Friday of a month', 'cron(0 0 ? 1-3 6L *)', ['01-30', '02-27', '03-27']],
    ['L alone as weekday is Saturday', 'cron(0 0 ? FEB L *)', ['02-07', '02-14', '02-21', '02-28']],
    ['the second Tuesday', 'cron(0 0 ? 1-3 3#2 *)', ['01-13', '02-10', '03-10']],
    ['a fifth weekday only where there is one', 'cron(0 0 ? 1-4 FRI#5 *)', ['01-30']],
    ['the weekday near the 1st, a Sunday', 'cron(0 0 1W FEB ? *)', ['02-02']],
    ['the weekday near the 1st, a Saturday', 'cron(0 0 1W AUG ? *)', ['08-03']],
    ['the weekday near a Saturday', 'cron(0 0 10W JAN ? *)', ['01-09']],
    ['the weekday near the last day, a Sunday', 'cron(0 0 31W MAY ? *)', ['05-29']],
    ['the weekday near a day that a month has not', 'cron(0 0 31W APR,MAY ? *)', ['05-29']],
    ['days by step', 'cron(0 0 1/10 JAN ? *)', ['01-01', '01-11', '01-21', '01-31']],
    ['another year', 'cron(0 0 1 * ? 2025)', []],
    ['a rate of days, from the minute of its making', 'rate(100 days)', ['04-11', '07-20', '10-28']],
  ])('%s', (_, text, days) => {
    expect(firesIn2026(text)).toEqual(days);
  });

  it.each([
    ['not in the minute in which it was made', '2026-01-01T00:00Z', false],
    ['five minutes later', '2026-01-01T00:05Z', true],
    ['not in between', '2026-01-01T00:07Z', false],
    ['not before', '2025-12-31T23:55Z', false],
  ])('rate(5 minutes): %s', (_, minute, expected) => {
    const expression = parseExpression('rate(5 minutes)');
    expect(expression && firesAt(expression, new Date(minute), CREATED)).toBe(expected);
  });
});
