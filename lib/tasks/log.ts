import { DomainError } from '../platform/errors.ts';
import type { TaskState } from './task.ts';

/** Where to begin in a log: the last `tail` lines, or a time in seconds since 1970. */
export type LogStart = { readonly tail?: number | undefined; readonly since?: number | undefined };

/** Port to the logs of pods. */
export type Logs = {
  /**
   * Returns the lines of the task's container in a pod, or of a build's `step`. `notStarted` before the container runs,
   * `gone` when the pod does not exist.
   */
  read(
    space: string,
    pod: string,
    start: LogStart,
    step?: string,
  ): Promise<AsyncIterable<LogLine> | 'notStarted' | 'gone'>;
};

/** Port to logs that outlive their pods. */
export type LogArchive = {
  /**
   * Returns the lines of the task's container in a pod of a task with this lifetime, as {@link Logs} does. `gone` when
   * the archive has none, perhaps not yet: lines arrive with a delay of seconds. Throws `unavailable`.
   */
  read(
    space: string,
    pod: string,
    lived: { readonly from: Date; readonly to: Date },
    start: LogStart,
  ): Promise<AsyncIterable<LogLine> | 'gone'>;
};

/** At most this many bytes of a log are in one answer, counted as JSON writes them. */
export const LOG_ANSWER_BYTES = 1024 * 1024;

/**
 * Where a reader of a log goes on. The API server gives lines from a whole second on, so a place in a log is a second
 * and how many lines from there on were given. The second is the one before the last line's, since the two streams of
 * a container may be written a little out of order; the newest time given guards against counting past a rotation.
 */
export type LogCursor = { readonly since: number; readonly given: number; readonly newest: string };

const CURSOR = /^(\d{1,11})-(\d{1,12})-(\d{11}\.\d{9})$/;

export const formatCursor = ({ since, given, newest }: LogCursor): string => `${since}-${given}-${newest}`;

/** How far a node's clock, which writes the times of log lines, may be ahead of ours, in seconds. */
const CLOCKS_APART = 300;

/** Parses a cursor; throws `gone` for a text that no answer of ours held, such as one with a time yet to come. */
export function parseCursor(cursor: string, now: Date): LogCursor {
  const [, since, given, newest] = CURSOR.exec(cursor) ?? [];
  const latest = now.getTime() / 1000 + CLOCKS_APART;
  if (since === undefined || given === undefined || newest === undefined || Number(since) > latest) {
    throw new DomainError(
      'gone',
      `The cursor "${cursor.slice(0, 80)}" is not one of this log: read it from the start.`,
    );
  }
  return { since: Number(since), given: Number(given), newest };
}

/** A line of a log with its time, which sorts as text: seconds since 1970 with nine decimals. */
export type LogLine = { readonly time: string; readonly text: string };

const TIMESTAMP = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d) ?/;

/** Splits `2026-11-24T21:00:00.5Z text`. The kubelet drops trailing zeros and writes its node's own zone. */
export function parseLogLine(line: string): LogLine | undefined {
  const [stamp, seconds, fraction = '', zone] = TIMESTAMP.exec(line) ?? [];
  if (stamp === undefined) return undefined;
  const epoch = Math.floor(Date.parse(`${seconds}${zone}`) / 1000);
  return {
    time: `${String(epoch).padStart(11, '0')}.${fraction.padEnd(9, '0')}`,
    text: line.slice(stamp.length),
  };
}

const secondOf = (time: string): number => Number(time.slice(0, 11));

/** Bytes that a text takes inside a JSON string. */
const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2;

/** A part of the log of a task, or of a build, by the name of its run. */
export type LogAnswer = {
  readonly task: string;
  readonly state: TaskState;
  readonly log: string;
  /** Absent as long as there was no line: ask again without it. */
  readonly cursor?: string | undefined;
  /** The answer is full, and the log goes on: ask again at once. When false and the run has ended, this was the end. */
  readonly more: boolean;
};

/** Lines from {@link LogPage.since} on that stand before an answer's first one, and the latest of their times. */
export type LinesBefore = { readonly count: number; readonly newest: string };

export const isSameLine = (a: LogLine, b: LogLine): boolean => a.time === b.time && a.text === b.text;

/** One answer being filled with lines; begin with where the last answer ended. */
export class LogPage {
  readonly #start: LogCursor | undefined;
  readonly #limit: number;
  readonly #room: number;
  readonly #lines: LogLine[] = [];
  /** Times of the lines that were skipped and taken, as the log has them. */
  readonly #times: string[] = [];
  #newest: string;
  #bytes = 0;
  #toSkip: number;

  /** `limit`: bytes that a line may have; `room`: bytes that are left in the answer. */
  constructor(start: LogCursor | undefined, limit: number = LOG_ANSWER_BYTES, room: number = limit) {
    this.#start = start;
    this.#limit = limit;
    this.#room = room;
    this.#newest = start?.newest ?? '';
    this.#toSkip = start?.given ?? 0;
  }

  /** Skips or takes a line; `false` when it no longer fits: the answer is full. A line that fits no answer is cut. */
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
   * The first line that the cursor counts, and how many lines like it follow one another there. `undefined` when the
   * answer began so long before that no line in front of it can count, be it a little out of order.
   */
  get beginning(): { readonly line: LogLine; readonly count: number } | undefined {
    const since = this.since ?? 0;
    const counted = this.#lines.filter(({ time }) => secondOf(time) >= since);
    const [line] = counted;
    if (line === undefined || secondOf(this.#lines[0]?.time ?? '') < since - 1) return undefined;
    const other = counted.findIndex((next) => !isSameLine(next, line));
    return { line, count: other === -1 ? counted.length : other };
  }

  /** The second from which the next answer asks for lines; `undefined` before any line. */
  get since(): number | undefined {
    const last = this.#lines.at(-1);
    return last === undefined
      ? this.#start?.since
      : Math.max(this.#start?.since ?? 0, secondOf(last.time) - 1);
  }

  /** Where the next answer begins; `before` where this answer began at the tail of the log. */
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
