import { DAY_OF_MONTH, endOf, FIELDS, type Field, MAX_LENGTH, numberOf, refused } from './cron-fields.ts';

/** Picks one of `count` values of a field, from 0 on. */
type Pick = (field: string, count: number) => number;

/** Finds an element that begins with H; those of macros and names (`@hourly`, `thu`) do not. */
const HAS_HASH = /(?:^|[\s,])h(?=$|[\s,(/])/i;

/** True for a cron with H, a value that is hashed from the job's name. One that is too long is left to the parser. */
const isHashed = (cron: string): boolean => cron.length <= MAX_LENGTH && HAS_HASH.test(cron);

/** Longest cron with H, in characters: an H with a step takes twice its length, whatever the job. */
const MAX_HASHED_LENGTH = MAX_LENGTH / 2;

/** Greatest day that H picks: every month has it. */
const LAST_DAY = 28;

const ELEMENT = /^h(?:\((\w+)-(\w+)\))?(?:\/(\d+))?$/i;

/** Months that H may pick, and so the crons that it may stand for, as far as they differ in whether they ever fire. */
const MONTHS = 12;

/** Crons that one with H may become, whatever the job: if all of them fire, that of every job does. */
export const possibleCrons = (cron: string): readonly string[] =>
  isHashed(cron)
    ? Array.from({ length: MONTHS }, (_, pick) => plainCron(cron, (_field, count) => pick % count))
    : [cron];

/**
 * Cron with a value in place of each H: `H 2 * * *` becomes `37 2 * * *`, `H/15` becomes `7-59/15`, `H(0-29)` one of its
 * values. A cron without H is returned as it is. Throws `invalid` for an H that can't be read, or with an empty range.
 */
export function plainCron(cron: string, pick: Pick): string {
  if (!isHashed(cron)) return cron;
  if (cron.length > MAX_HASHED_LENGTH)
    throw refused(`${cron.length} characters; at most ${MAX_HASHED_LENGTH} are allowed with H.`);
  const texts = cron.trim().split(/\s+/);
  if (texts.length !== FIELDS.length) return cron;
  return FIELDS.map((field, index) =>
    (texts[index] ?? '')
      .split(',')
      .map((element) => (/^h(?:$|[(/])/i.test(element) ? elementOf(field, element, pick) : element))
      .join(','),
  ).join(' ');
}

function elementOf(field: Field, element: string, pick: Pick): string {
  const [whole, from, to, stepText] = ELEMENT.exec(element) ?? [];
  if (whole === undefined)
    throw refused(`${field.name} "${element}" can't be read: write H, H/15, H(0-29) or H(0-29)/10.`);
  const { first, last } = rangeOf(field, element, from, to);
  const size = last - first + 1;
  if (stepText === undefined) return String(first + pick(field.name, size));
  const step = Number(stepText);
  if (step === 0) throw refused(`${field.name} "${element}" has the step 0: write a step of 1 or more.`);
  return `${first + pick(field.name, Math.min(step, size))}-${last}/${step}`;
}

function rangeOf(field: Field, element: string, from: string | undefined, to: string | undefined) {
  const most = field === DAY_OF_MONTH ? LAST_DAY : field.last;
  if (from === undefined || to === undefined) return { first: field.first, last: most };
  const first = numberOf(field, from, element);
  const last = endOf(field, to, first, element);
  if (first > last)
    throw refused(`${field.name} "${element}" is an empty range: write the smaller value first.`);
  if (field === DAY_OF_MONTH && last > LAST_DAY)
    throw refused(
      `${field.name} "${element}" ends with a day that some months lack: write at most ${LAST_DAY}.`,
    );
  return { first, last };
}
