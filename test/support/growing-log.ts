import type { LogPiece } from '../../lib/tasks/log.ts';
import type { LogCursor } from '../../lib/tasks/log-cursor.ts';
import { LogPage } from '../../lib/tasks/log-page.ts';
import { inPieces, type LogLine, piecesOf } from './memory-logs.ts';

/** Random numbers below `most` that are the same for the same seed (mulberry32), so that a failure can be repeated. */
export function randomFrom(seed: number): (most: number) => number {
  let state = seed;
  return (most) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most;
  };
}

const timeOf = (nanoseconds: number): string => {
  const digits = String(nanoseconds).padStart(20, '0');
  return `${digits.slice(0, 11)}.${digits.slice(11)}`;
};

/** Characters of one to four bytes, and those that JSON writes with two and six. */
const LETTERS = ['x', 'é', '한', '🎉', '"', '\u0001'];

/**
 * A log as two streams of one container write it: bursts over some seconds, pauses, several lines of one time, and
 * lines that stand up to half a second before their turn.
 */
export function randomLog(random: (most: number) => number, lines: number): LogLine[] {
  let now = 1_000_000_000;
  return Array.from({ length: lines }, (_, index) => {
    const step = [0, 1, 999, 400_000_000, 2_300_000_000][random(5)] ?? 0;
    now += step;
    const early = random(8) === 0 ? random(500_000_000) : 0;
    const letter = LETTERS[random(LETTERS.length)] ?? '';
    return { time: timeOf(now - early), text: `${index} ${letter.repeat(random(30))}` };
  });
}

/** The lines from the second `since` on, as the API server gives them. */
const linesSince = (log: readonly LogLine[], since: number): LogLine[] =>
  log.filter(({ time }) => Number(time.slice(0, 11)) >= since);

type Reading = {
  readonly limit: () => number;
  readonly grow: () => number;
  readonly start?: LogCursor | undefined;
  /** Number of oldest lines that the node has no more at a read; it never falls. */
  readonly rotated?: () => number;
  /** Size of the pieces. */
  readonly size?: () => number;
  /** Number of bytes of the line that is being written at a read. */
  readonly written?: () => number;
};

/** Mark of a gap in what was read. */
export const GAP = '<gap>';

/** Reads page after page until nothing new comes, while the log grows between two pages. */
export function readAll(log: readonly LogLine[], reading: Reading): string {
  let text = '';
  let cursor = reading.start;
  let from = 0;
  let there = reading.grow();
  for (;;) {
    from = Math.max(from, Math.min(reading.rotated?.() ?? 0, there));
    const isWhole = there >= log.length;
    const page = new LogPage({ start: cursor, room: reading.limit() });
    piecesSince(log.slice(from, there + 1), { ...reading, since: cursor?.since ?? 0, isWhole }).every(
      (piece) => page.add(piece),
    );
    page.end(isWhole);
    text += `${page.gap === undefined ? '' : GAP}${page.text}`;
    cursor = page.cursor;
    if (!page.isFull && isWhole) return text;
    there = Math.min(log.length, there + reading.grow());
  }
}

/** Pieces of lines from a second on; of the last one so many bytes as are written, unless it is whole. */
function piecesSince(
  lines: readonly LogLine[],
  { size, written, since, isWhole }: Reading & { readonly since: number; readonly isWhole: boolean },
): readonly LogPiece[] {
  return lines.flatMap((line, index) => {
    const isOpen = !isWhole && index === lines.length - 1;
    if (linesSince([line], since).length === 0) return [];
    const [all] = piecesOf(line);
    const bytes = all?.bytes.subarray(0, isOpen ? (written?.() ?? 0) : undefined) ?? Buffer.alloc(0);
    return [...inPieces(line.time, bytes, size?.())];
  });
}
