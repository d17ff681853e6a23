import fc from 'fast-check';
import * as v from 'valibot';
import { CronText } from '../../lib/jobs/job-schedule.ts';
import { anyCron } from './random-cron.ts';

/** All that separates fields: JavaScript's white space, which is more than Unicode's. */
const SPACES = [
  ' ',
  '  ',
  '\t',
  '\n',
  '\r\n',
  '\v',
  '\f',
  '\u00a0',
  '\u1680',
  '\u2003',
  '\u2028',
  '\u3000',
  '\ufeff',
];

const MACROS = ['hourly', 'daily', 'midnight', 'weekly', 'monthly', 'yearly', 'annually'];

/** Characters of crons and of other dialects, and some that look like them. */
const LETTERS = [
  ...'0123456789*?,-/@hHLW#()',
  'jan',
  'SUN',
  'mon-fri',
  ' ',
  '\u212a',
  '\u017f',
  '\u0130',
  '\u0661',
  '\u2215',
];

const space = fc.constantFrom(...SPACES);
const upper = (text: string, bits: number): string =>
  [...text].map((one, index) => ((bits >> (index % 31)) & 1 ? one.toUpperCase() : one)).join('');

/** A cron that is valid but for its days, as people and machines write it: any case, spaces and leading zeros. */
const written = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: anyCron },
      { weight: 1, arbitrary: fc.constantFrom(...MACROS).map((name) => `@${name}`) },
    ),
    fc.tuple(space, space, space),
    fc.nat(),
    fc.constantFrom('', '0', '000'),
    fc.boolean(),
  )
  .map(([cron, [before, between, after], bits, zeros, marks]) => {
    const padded = cron.replaceAll(/\d+/g, (number) => `${zeros}${number}`);
    const hashed = bits % 5 ? padded : padded.replace('*', 'H');
    const marked = marks ? hashed.replaceAll('*', '?') : hashed;
    return `${bits % 2 ? before : ''}${upper(marked, bits).split(' ').join(between)}${bits % 3 ? after : ''}`;
  });

/** A text that differs from a cron in one place. */
const changed = fc
  .tuple(written, fc.nat(), fc.constantFrom(...LETTERS, ''), fc.boolean())
  .map(([cron, at, letter, inserts]) => {
    const place = at % (cron.length + 1);
    return `${cron.slice(0, place)}${letter}${cron.slice(inserts ? place : place + 1)}`;
  });

/** A text of a schedule: a cron in any spelling, or nearly one. */
export const writtenCron: fc.Arbitrary<string> = fc.oneof(written, changed);

/** True for a text that the parser takes. */
export const isCron = (text: string): boolean => v.is(CronText, text);
