import type { LogPiece, Logs } from './log.ts';
import { wholeCharacters } from './utf8.ts';

/** Time limit of reading the end of a log, in ms. */
export const LAST_LOG_MS = 2_000;

/** Size limit of the end of a log, in bytes and in lines; a line of more than 16 KiB counts as several. */
const MAX_BYTES = 64 * 1024;
const MAX_LINES = 4_000;

/**
 * Reads the end of a task's log, at most 64 KiB of whole lines. `undefined` when there is none or reading it fails in any way:
 * it is a favour on the way to something else.
 */
export async function readLastLog(logs: Logs, space: string, pod: string): Promise<string | undefined> {
  try {
    const pieces = await logs.read(space, pod, { tail: MAX_LINES });
    return typeof pieces === 'string' ? undefined : await lastOf(pieces);
  } catch {
    return undefined;
  }
}

async function lastOf(pieces: AsyncIterable<LogPiece>): Promise<string> {
  const kept: Buffer[] = [];
  let length = 0;
  let isCut = false;
  for await (const { bytes } of pieces) {
    kept.push(bytes);
    length += bytes.length;
    while (length - (kept[0]?.length ?? 0) >= MAX_BYTES) {
      length -= kept.shift()?.length ?? 0;
      isCut = true;
    }
  }
  const all = Buffer.concat(kept);
  const last = all.subarray(-MAX_BYTES);
  return textOf(last, isCut || last.length < all.length);
}

/** Text of the last bytes of a log; of cut ones from the next line on, or from the next character in a longer line. */
function textOf(bytes: Buffer, isCut: boolean): string {
  const line = isCut ? bytes.indexOf('\n') + 1 : 0;
  const start =
    isCut && (line === 0 || line === bytes.length) ? bytes.findIndex((byte) => (byte & 0xc0) !== 0x80) : line;
  return bytes.toString('utf8', Math.max(start, 0), wholeCharacters(bytes));
}
