/** Other notations of a cron, told apart by their fields, with the unix-cron expression of the same schedule. */

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Names for the numbers of a field in which 1 is Sunday; a number of no day becomes `-`, which no cron has. */
const fromSundayIsOne = (field: string): string =>
  field.replace(/(?<![\w/])\d+/g, (number) => DAYS[Number(number) - 1] ?? '-');

type Fields = readonly string[];

/** The five fields of a schedule in which `?` is a day field without a value, and 1 is Sunday. */
const ofQuestionMarks = ([minute = '', hour = '', day = '', month = '', weekday = '']: Fields): string =>
  [minute, hour, day, month, fromSundayIsOne(weekday)].join(' ').replaceAll('?', '*');

const isZero = (field: string | undefined): boolean => field !== undefined && /^0+$/.test(field);

type Dialect = {
  readonly name: string;
  readonly has: (fields: Fields) => boolean;
  /** The same schedule in unix cron, if it has one; it may still not be valid. */
  readonly toUnix: (fields: Fields) => string | undefined;
};

const DIALECTS: readonly Dialect[] = [
  {
    name: 'EventBridge, with the year last',
    has: (fields) => fields.length === 6 && (fields[2] === '?' || fields[4] === '?'),
    toUnix: (fields) => (fields[5] === '*' ? ofQuestionMarks(fields.slice(0, 5)) : undefined),
  },
  {
    name: 'Quartz, with seconds first',
    has: (fields) => (fields.length === 6 || fields.length === 7) && (fields[3] === '?' || fields[5] === '?'),
    toUnix: (fields) =>
      isZero(fields[0]) && (fields[6] ?? '*') === '*' ? ofQuestionMarks(fields.slice(1, 6)) : undefined,
  },
  {
    name: 'Spring, with seconds first',
    has: (fields) => fields.length === 6 && !fields.includes('?'),
    toUnix: (fields) => (isZero(fields[0]) ? fields.slice(1).join(' ') : undefined),
  },
  {
    name: 'EventBridge, with the year last',
    has: (fields) => fields.length === 6 && fields[5] === '*' && !fields.includes('?'),
    toUnix: (fields) => fields.slice(0, 5).join(' '),
  },
];

/** Reads what EventBridge writes around its fields: `cron(0 2 * * ? *)`. */
export const withoutWrapper = (text: string): string => /^cron\((.*)\)$/i.exec(text)?.[1]?.trim() ?? text;

/**
 * Names the dialects that six or seven fields may be of, each with the unix-cron expression that means the same, if there is
 * one; empty for none. `isCron` says whether an expression is valid.
 */
export function dialectAdvice(fields: Fields, isCron: (text: string) => boolean): string {
  const found = DIALECTS.filter(({ has }) => has(fields)).map(({ name, toUnix }) => {
    const unix = toUnix(fields);
    return { name, unix: unix !== undefined && isCron(unix) ? unix : undefined };
  });
  const advice = found.flatMap(({ name, unix }) =>
    unix === undefined ? [] : [`If it is the cron of ${name}, write "${unix}".`],
  );
  const [first] = found;
  if (advice.length > 0 || first === undefined || !fields.includes('?')) return advice.join(' ');
  return `It is the cron of ${first.name}, and its schedule cannot be written in unix cron.`;
}
