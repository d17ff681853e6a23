import type { LogLine } from '../../lib/tasks/log.ts';
import { type LogCursor, LogPage } from '../../lib/tasks/log-page.ts';

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
    return { time: timeOf(now - early), text: `${index} ${'x'.repeat(random(30))}` };
  });
}

/** The lines from the second `since` on, as the API server gives them. */
export const linesSince = (log: readonly LogLine[], since: number): LogLine[] =>
  log.filter(({ time }) => Number(time.slice(0, 11)) >= since);

/** Reads page after page until nothing new comes, while the log grows between two pages. */
export function readAll(
  log: readonly LogLine[],
  options: {
    readonly limit: () => number;
    readonly grow: () => number;
    readonly start?: LogCursor | undefined;
  },
): string {
  let text = '';
  let cursor = options.start;
  let there = options.grow();
  for (;;) {
    const page = new LogPage(cursor, options.limit());
    const visible = linesSince(log.slice(0, there), cursor?.since ?? 0);
    const full = !visible.every((line) => page.add(line));
    text += page.text;
    cursor = page.cursor();
    if (!full && there >= log.length) return text;
    there = Math.min(log.length, there + options.grow());
  }
}
