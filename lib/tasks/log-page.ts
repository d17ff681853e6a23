import { DomainError } from '../platform/errors.ts';
import { isSameLine, type LogLine, type LogStart, type Logs } from './log.ts';
import type { TaskState } from './task.ts';

/** Size limit of a page of a log in bytes, as JSON encodes it. */
export const MAX_LOG_PAGE_BYTES = 1024 * 1024;

/**
 * Position in a log: a second, and the number of lines returned from there on, since the API server reads from whole seconds.
 * The second is the one before the last line's: the two streams of a container may be slightly out of order. `newest`: the
 * latest time that was returned, which prevents counting past a log rotation.
 */
export type LogCursor = { readonly since: number; readonly given: number; readonly newest: string };

const CURSOR = /^(\d{1,11})-(\d{1,12})-(\d{11}\.\d{9})$/;

export const formatCursor = ({ since, given, newest }: LogCursor): string => `${since}-${given}-${newest}`;

/** Tolerated clock skew in seconds of a node, which writes the times of log lines. */
const CLOCK_SKEW_SECONDS = 300;

/** Parses a cursor. Throws `gone` for a text that Taskbridge did not issue, such as one with a time in the future. */
export function parseCursor(cursor: string, now: Date): LogCursor {
  const [, since, given, newest] = CURSOR.exec(cursor) ?? [];
  const latest = now.getTime() / 1000 + CLOCK_SKEW_SECONDS;
  if (since === undefined || given === undefined || newest === undefined || Number(since) > latest) {
    throw new DomainError(
      'gone',
      `The cursor "${cursor.slice(0, 80)}" is not one of this log: read it from the start.`,
    );
  }
  return { since: Number(since), given: Number(given), newest };
}

const secondOf = (time: string): number => Number(time.slice(0, 11));

/** Size of a text inside a JSON string, in bytes. */
const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

/** Page of the log of a task or build. `task`: name of its run. */
export type LogResponse = {
  readonly task: string;
  readonly state: TaskState;
  readonly log: string;
  /** Absent until there is a line: repeat the request without it. */
  readonly cursor?: string | undefined;
  /** True when the page is full and the log goes on. False for a run that has ended: end of log. */
  readonly more: boolean;
};

/** Lines from {@link LogPage.since} on that come before the first of a page, and the latest of their times. */
export type LinesBefore = { readonly count: number; readonly newest: string };

/** Page that is being filled with lines, from the position at which the last one ended. */
export class LogPage {
  readonly #start: LogCursor | undefined;
  readonly #limit: number;
  readonly #room: number;
  readonly #lines: LogLine[] = [];
  /** Times of skipped and added lines, in the order of the log. */
  readonly #times: string[] = [];
  #newest: string;
  #bytes = 0;
  #toSkip: number;

  /** `limit`: size limit of a line; `room`: space left in the response; both in bytes. */
  constructor(start: LogCursor | undefined, limit: number = MAX_LOG_PAGE_BYTES, room: number = limit) {
    this.#start = start;
    this.#limit = limit;
    this.#room = room;
    this.#newest = start?.newest ?? '';
    this.#toSkip = start?.given ?? 0;
  }

  /** Skips or adds a line; false when the page is full. A line that fits no page is cut. */
  add(line: LogLine): boolean {
    if (this.#wasGiven(line)) return this.#pass(line);
    const size = jsonBytes(`${line.text}\n`);
    if (size > this.#limit) return this.add({ time: line.time, text: cut(line.text, this.#limit) });
    if (this.#bytes + size > this.#room) return false;
    this.#lines.push(line);
    this.#bytes += size;
    return this.#pass(line);
  }

  #pass({ time }: LogLine): true {
    this.#times.push(time);
    if (time > this.#newest) this.#newest = time;
    return true;
  }

  #wasGiven({ time }: LogLine): boolean {
    const given = this.#toSkip > 0 && time <= (this.#start?.newest ?? '');
    this.#toSkip = given ? this.#toSkip - 1 : 0;
    return given;
  }

  get text(): string {
    return this.#lines.map(({ text }) => `${text}\n`).join('');
  }

  get isEmpty(): boolean {
    return this.#times.length === 0;
  }

  /**
   * First line that the cursor counts, and the number of equal lines in a row there. `undefined` when the page starts so
   * early that no line before it can count, even if slightly out of order.
   */
  get beginning(): { readonly line: LogLine; readonly count: number } | undefined {
    const since = this.since ?? 0;
    const counted = this.#lines.filter(({ time }) => secondOf(time) >= since);
    const [line] = counted;
    if (line === undefined || secondOf(this.#lines[0]?.time ?? '') < since - 1) return undefined;
    const other = counted.findIndex((next) => !isSameLine(next, line));
    return { line, count: other === -1 ? counted.length : other };
  }

  /** Second from which the next page is read; `undefined` before any line. */
  get since(): number | undefined {
    const last = this.#lines.at(-1);
    return last === undefined
      ? this.#start?.since
      : Math.max(this.#start?.since ?? 0, secondOf(last.time) - 1);
  }

  /** Cursor of the next page. `before`: set for a page that started at the tail of the log. */
  cursor(before: LinesBefore = { count: 0, newest: '' }): LogCursor | undefined {
    const since = this.since;
    if (this.#lines.length === 0 || since === undefined) return this.#start;
    const newest = [before.newest, this.#newest].sort().at(-1) ?? '';
    return {
      since,
      given: before.count + this.#times.filter((time) => secondOf(time) >= since).length,
      newest,
    };
  }
}

const CUT = '… (the line goes on)';
const cut = (text: string, limit: number): string =>
  `${text.slice(0, Math.floor((limit - 64) / 6)).toWellFormed()}${CUT}`;

/** Counts the lines before a tail within the second from which its cursor counts, by reading that second again. */
export async function countLinesBefore(
  read: (start: LogStart) => ReturnType<Logs['read']>,
  { beginning, since }: LogPage,
): Promise<LinesBefore | undefined> {
  if (beginning === undefined || since === undefined) return undefined;
  const lines = await read({ since });
  if (typeof lines === 'string') return undefined;
  let newest = '';
  let count = 0;
  let alike = 0;
  // Of equal lines in a row the page has the last ones: a coarse clock gives a burst of lines one time.
  for await (const line of lines) {
    if (isSameLine(line, beginning.line)) alike += 1;
    else if (alike > 0) break;
    else count += 1;
    if (line.time > newest) newest = line.time;
  }
  return alike === 0 ? undefined : { count: count + alike - beginning.count, newest };
}
