import { formatLogTime, type LogPiece, type Logs, secondOf } from './log.ts';
import { bytesBefore, digestOf, type LinePosition, type LogCursor, lineAt, passed } from './log-cursor.ts';
import { endsLine, LogText } from './log-text.ts';
import type { TaskState } from './task.ts';

/** Size limit of a page of a log in bytes, as JSON encodes it. */
export const MAX_LOG_PAGE_BYTES = 1024 * 1024;

/**
 * Place in a log where lines may be missing, in RFC 3339: after the time `from`, and before `to` where there is a later line.
 * A node serves only the newest of its files of a log; nothing tells how many lines there were in between, or if any.
 */
export type LogGap = { readonly from: string; readonly to?: string | undefined };

/** Page of the log of a task or build. `task`: name of its run. */
export type LogResponse = {
  readonly task: string;
  readonly state: TaskState;
  /** Part of the log. It may begin and end within a line that is longer than a page, or has no end yet. */
  readonly log: string;
  /** Set where lines may be missing before this part. */
  readonly gap?: LogGap | undefined;
  /** Absent until there is a line: repeat the request without it. */
  readonly cursor?: string | undefined;
  /** True when the page is full and the log goes on. False for a run that has ended: end of log. */
  readonly more: boolean;
};

export type LogPageOptions = {
  /** Position at which the page before ended. */
  readonly start?: LogCursor | undefined;
  /** Space in the response in bytes. */
  readonly room?: number | undefined;
  /** True for a page that starts at the tail of the log: the lines before it are not known. */
  readonly isTail?: boolean | undefined;
};

/**
 * Page that is being filled with the pieces of a log. It looks for its start in them: in a file that was rotated since there are
 * fewer lines before it, or it is not there, and then lines may be missing. Up to there its text is what the page would have
 * in that case.
 */
export class LogPage {
  readonly #start: LogCursor | undefined;
  readonly #isTail: boolean;
  readonly #buffer: Buffer;
  #text: LogText;
  #isSearching: boolean;
  #gap: LogGap | undefined;
  /** The line that goes on, the number of lines of the same time right before it, the last time and the first. */
  #line: LinePosition | undefined;
  #before = 0;
  #last: string | undefined;
  #first: string | undefined;

  constructor({ start, room = MAX_LOG_PAGE_BYTES, isTail = false }: LogPageOptions = {}) {
    this.#start = start;
    this.#isTail = isTail;
    this.#buffer = Buffer.allocUnsafe(room);
    this.#text = this.#textFrom(undefined);
    this.#isSearching = start !== undefined;
  }

  /** Passes or adds the next piece; false when the page is full. */
  add({ time, bytes }: LogPiece): boolean {
    const line = this.#line ?? this.#next(time);
    const ends = endsLine(bytes);
    const before = this.#bytesBefore(line, bytes, ends);
    if (before !== undefined) this.#begin(passed(line, bytes.subarray(0, before)));
    else if (this.#isSearching && line.time > (this.#start?.newest ?? '')) this.#missesStart();

    const behind = before === undefined ? line : passed(line, bytes.subarray(0, before));
    this.#text.add(behind, bytes.subarray(before));
    this.#line = ends ? undefined : passed(line, bytes);
    return this.#isSearching || !this.#text.isFull;
  }

  /** Ends the page where the log ends for now. `isWhole`: nothing follows. */
  end(isWhole: boolean): void {
    const line = this.#line;
    const before =
      line === undefined || !isWhole ? undefined : this.#bytesBefore(line, Buffer.alloc(0), true);
    if (line !== undefined && before !== undefined) this.#begin(line);
    // The end of a line that a tail cuts could not be found again.
    if (isWhole || !this.#isTail) this.#text.close(isWhole);
    if (this.#isSearching && (isWhole || !this.isEmpty)) this.#missesStart();
  }

  #next(time: string): LinePosition {
    this.#before = time === this.#last ? this.#before + 1 : 0;
    this.#last = time;
    this.#first ??= time;
    return lineAt(time);
  }

  #bytesBefore(line: LinePosition, bytes: Buffer, ends: boolean): number | undefined {
    // Of equal lines the start is behind as many as there were.
    if (this.#start === undefined || this.#gap !== undefined || this.#before > this.#start.before)
      return undefined;
    return bytesBefore(this.#start, line, { bytes, ends });
  }

  #begin(position: LinePosition): void {
    this.#isSearching = false;
    this.#text = this.#textFrom(position);
  }

  #textFrom(position: LinePosition | undefined): LogText {
    return new LogText(this.#buffer, { position, before: this.#before, newest: this.#start?.newest ?? '' });
  }

  #missesStart(): void {
    this.#isSearching = false;
    const from = formatLogTime(this.#start?.newest ?? '');
    this.#gap = { from, ...(this.#first === undefined ? {} : { to: formatLogTime(this.#first) }) };
  }

  get text(): string {
    return this.#text.text;
  }

  get gap(): LogGap | undefined {
    return this.#gap;
  }

  /** True when the log goes on, behind what fits. */
  get isFull(): boolean {
    return this.#text.isFull;
  }

  /** True before any line, also one that earlier pages have. */
  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** Cursor of the next page; `undefined` before any line. */
  get cursor(): LogCursor | undefined {
    const { position, newest } = this.#text;
    if (position === undefined) return this.#start;
    const { time, offset } = position;
    const since = Math.max(this.#start?.since ?? 0, secondOf(time) - 1);
    return {
      since,
      before: this.#isTail ? Number.POSITIVE_INFINITY : this.#text.before,
      newest: this.#isTail ? aSecondLater(newest) : newest,
      ...{ time, offset, digest: digestOf(position) },
    };
  }
}

/** Time a second later: as late may a line be that stands before a tail. */
const aSecondLater = (time: string): string =>
  `${String(secondOf(time) + 1).padStart(11, '0')}${time.slice(11)}`;

/**
 * Fills a page with what `read` gives; `isEnded`: the container has. Leaving the loop early closes the connection: the rest is
 * not read.
 */
export async function fillPage(
  page: LogPage,
  read: () => ReturnType<Logs['read']>,
  isEnded: boolean,
): Promise<'filled' | 'gone'> {
  // A kubelet sometimes returns nothing for a container that has just ended.
  for (let attempts = isEnded ? 2 : 1; attempts > 0 && page.isEmpty; attempts -= 1) {
    const pieces = await read();
    if (pieces === 'gone') return 'gone';
    if (pieces === 'notStarted') break;
    for await (const piece of pieces) if (!page.add(piece)) break;
  }
  page.end(isEnded);
  return 'filled';
}
