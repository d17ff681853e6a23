import { type DomainError, invalid } from '../platform/errors.ts';

/** Longest expression, in characters. Five fields that list all their values take 400. */
const MAX_LENGTH = 512;

const ORDER = 'minute, hour, day of month, month, day of week';

/** Macros of crontab(5). */
const MACROS: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};

/** Error of an invalid cron; `problem` is a sentence. */
export const refused = (problem: string): DomainError => invalid({ field: 'cron', message: problem });

/** Splits a unix-cron expression into five fields, and replaces a macro. Throws `invalid` with the text that works. */
export function fieldTexts(text: string): readonly string[] {
  if (text.length > MAX_LENGTH)
    throw refused(`${text.length} characters; at most ${MAX_LENGTH} are allowed.`);
  const plain = text.trim();
  if (plain === '') throw refused(`It is empty: write five fields (${ORDER}), such as "0 2 * * *".`);
  if (plain.startsWith('@')) return macro(plain).split(' ');
  const fields = plain.split(/\s+/);
  if (/^(?:CRON_)?TZ=/.test(plain)) {
    throw refused(`"${fields[0]}" is not allowed in it: give the time zone in timeZone.`);
  }
  if (fields.length === 5) return fields;
  throw refused(fields.length === 6 ? sixFields(plain, fields) : otherCount(plain, fields.length));
}

function macro(text: string): string {
  const fields = MACROS[text.toLowerCase()];
  if (fields !== undefined) return fields;
  const allowed = Object.keys(MACROS).join(', ');
  if (/^@reboot\b/i.test(text)) {
    throw refused(
      `"@reboot" is not allowed: a job has no machine that starts. Write five fields or ${allowed}.`,
    );
  }
  if (/^@every\b/i.test(text)) {
    throw refused(
      `"${text}" is not allowed: write the minutes themselves, as "*/5 * * * *" for every 5 minutes.`,
    );
  }
  throw refused(`"${text}" is not allowed: write five fields or ${allowed}.`);
}

const sixFields = (text: string, [first, ...rest]: readonly string[]): string =>
  `"${text}" has six fields; seconds and years are not supported. ` +
  (first === '0' ? `Write "${rest.join(' ')}".` : `Write five (${ORDER}).`);

const otherCount = (text: string, count: number): string =>
  `"${text}" has ${count} field${count === 1 ? '' : 's'}: write five (${ORDER}), such as "0 2 * * *".`;
