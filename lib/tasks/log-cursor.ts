import { DomainError } from '../platform/errors.ts';
import { hashOf } from '../platform/names.ts';

/**
 * Position in a log: behind `offset` bytes of a line. The next read starts at the second `since`, as the API server reads from
 * whole seconds: the one before the line's, since the two streams of a container may be slightly out of order.
 */
export type LogCursor = {
  readonly since: number;
  /** Number of lines of the same time right before the line; `Infinity` where it is unknown, after a tail. */
  readonly before: number;
  /** Latest time of the lines up to here: a later line stands behind this position. */
  readonly newest: string;
  /** Time of the line. */
  readonly time: string;
  readonly offset: number;
  /** Digest of the last bytes before the position, which tells lines of one time apart. */
  readonly digest: string;
};

const CURSOR = /^(\d{1,11})-(\d{0,12})-(\d{11}\.\d{9})-(\d{11}\.\d{9})-(\d{1,12})-([0-9a-f]{8})$/;

export const formatCursor = ({ since, before, newest, time, offset, digest }: LogCursor): string =>
  `${since}-${Number.isFinite(before) ? before : ''}-${newest}-${time}-${offset}-${digest}`;

/** Tolerated clock skew in seconds of a node, which writes the times of log lines. */
const CLOCK_SKEW_SECONDS = 300;

/** Parses a cursor. Throws `gone` for a text that Taskbridge did not issue, such as one with a time in the future. */
export function parseCursor(cursor: string, now: Date): LogCursor {
  const [, since, before, newest, time, offset, digest] = CURSOR.exec(cursor) ?? [];
  const latest = now.getTime() / 1000 + CLOCK_SKEW_SECONDS;
  if (
    since === undefined ||
    newest === undefined ||
    time === undefined ||
    digest === undefined ||
    Number(since) > latest
  ) {
    throw new DomainError(
      'gone',
      `The cursor "${cursor.slice(0, 80)}" is not one of this log: read it from the start.`,
    );
  }
  return {
    since: Number(since),
    before: before === '' ? Number.POSITIVE_INFINITY : Number(before),
    newest,
    time,
    offset: Number(offset),
    digest,
  };
}

/** Number of bytes that a digest is made of. */
const DIGESTED_BYTES = 256;

/** Place in a line behind `offset` bytes; `last` holds the last of them, for a digest there or up to three bytes before. */
export type LinePosition = { readonly time: string; readonly offset: number; readonly last: Buffer };

/** Beginning of a line. */
export const lineAt = (time: string): LinePosition => ({ time, offset: 0, last: Buffer.alloc(0) });

/** Position behind these bytes of the line. */
export function passed({ time, offset, last }: LinePosition, bytes: Buffer): LinePosition {
  const known = last.length === 0 ? bytes : Buffer.concat([last, bytes.subarray(-DIGESTED_BYTES - 3)]);
  return { time, offset: offset + bytes.length, last: known.subarray(-DIGESTED_BYTES - 3) };
}

/** The position `count` bytes before, at most three. */
export const backBy = ({ time, offset, last }: LinePosition, count: number): LinePosition => ({
  time,
  offset: offset - count,
  last: last.subarray(0, last.length - count),
});

export const digestOf = ({ last }: LinePosition): string =>
  hashOf([last.subarray(-DIGESTED_BYTES).toString('latin1')], 8);

/**
 * Number of the next bytes of a line behind which the cursor stands; `undefined` where it does not. `ends`: the line ends with
 * them. A tail may begin within a long line, of which it saw less, and a later time.
 */
export function bytesBefore(
  { before, time, offset, digest }: LogCursor,
  line: LinePosition,
  { bytes, ends }: { readonly bytes: Buffer; readonly ends: boolean },
): number | undefined {
  const count = offset - line.offset;
  const isHere = line.time === time && count > 0 && count <= bytes.length;
  if (isHere && digestOf(passed(line, bytes.subarray(0, count))) === digest) return count;
  if (Number.isFinite(before) || !ends || line.time >= time || bytes.length <= count) return undefined;
  return digestOf(passed(line, bytes)) === digest ? bytes.length : undefined;
}
