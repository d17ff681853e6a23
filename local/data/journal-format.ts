import { crc32 } from 'node:zlib';
import * as v from 'valibot';

/** Format of a journal that this version writes and reads. */
const FORMAT = 1;

const HEADER = /^taskbridge-local (\d{1,9})$/;

/** Line that a journal begins with. */
export const HEADER_LINE = `taskbridge-local ${FORMAT}\n`;

const NEWLINE = 10;

/** Key and value; a key alone is a deletion. */
const Entry = v.union([v.strictTuple([v.string()]), v.strictTuple([v.string(), v.unknown()])]);

/** Line of an entry: its checksum, and its JSON. */
export function lineOf(entry: readonly [string, unknown] | readonly [string]): string {
  const json = JSON.stringify(entry);
  return `${checksumOf(json)} ${json}\n`;
}

const checksumOf = (text: string | Buffer): string => crc32(text).toString(16).padStart(8, '0');

export type ReadJournal = {
  readonly values: Map<string, unknown>;
  /** Bytes up to the end of the last whole line. What follows was being written when the machine stopped. */
  readonly bytes: number;
};

/** Journal that is not read, with what is wrong with it. */
export class JournalError extends Error {}

/** Reads a journal. Throws {@link JournalError} where it is of another format, or a line of it is damaged. */
export function readJournal(content: Buffer): ReadJournal {
  const values = new Map<string, unknown>();
  let start = 0;
  for (let number = 1; ; number += 1) {
    const end = content.indexOf(NEWLINE, start);
    if (end === -1) {
      if (number === 1) throw new JournalError('it is no data of a local Taskbridge');
      return { values, bytes: start };
    }
    const line = content.subarray(start, end);
    if (number === 1) checkHeader(line.toString('latin1'));
    else if (!applyLine(line, values)) throw new JournalError(`it is damaged at line ${number}`);
    start = end + 1;
  }
}

function checkHeader(line: string): void {
  const [, format] = HEADER.exec(line) ?? [];
  if (Number(format) > FORMAT)
    throw new JournalError(`a newer Taskbridge wrote it: format ${format}, and this one reads ${FORMAT}`);
  if (Number(format) !== FORMAT) throw new JournalError('it is no data of a local Taskbridge');
}

function applyLine(line: Buffer, values: Map<string, unknown>): boolean {
  const json = line.subarray(9);
  if (line.subarray(0, 9).toString('latin1') !== `${checksumOf(json)} `) return false;
  const entry = v.safeParse(v.pipe(v.string(), v.parseJson(), Entry), json.toString());
  if (!entry.success) return false;
  const [key, ...rest] = entry.output;
  if (rest.length === 0) values.delete(key);
  else values.set(key, rest[0]);
  return true;
}
