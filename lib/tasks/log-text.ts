import { backBy, type LinePosition, passed } from './log-cursor.ts';
import { fitting, wholeCharacters } from './utf8.ts';

const NEWLINE = 10;

/** True for the last bytes of a line. */
export const endsLine = (bytes: Buffer): boolean => bytes.at(-1) === NEWLINE;

/** Beginning of a text in a log: a position, the number of lines of its time right before it, and the latest time so far. */
export type TextStart = {
  readonly position: LinePosition | undefined;
  readonly before: number;
  readonly newest: string;
};

/**
 * Text of a page. It ends behind a whole line, and within one only where that alone is longer than the page, or has no end yet;
 * never within a character.
 */
export class LogText {
  readonly #buffer: Buffer;
  #before: number;
  #position: LinePosition | undefined;
  #newest: string;
  /** Bytes in the buffer, and their size in JSON. */
  #length = 0;
  #size = 0;
  /** End of the text in the buffer. */
  #end = 0;
  /** Position behind what is in the buffer, in the line that goes on. */
  #rest: LinePosition | undefined;
  #startsLine = false;
  #isFull = false;

  /** `buffer`: memory of the page; as many bytes may its text have in JSON. */
  constructor(buffer: Buffer, { position, before, newest }: TextStart) {
    this.#buffer = buffer;
    this.#before = before;
    this.#position = position;
    this.#newest = newest;
  }

  /** Adds what fits of the next bytes of a line, which are behind `position` in it. */
  add(position: LinePosition, bytes: Buffer): void {
    if (this.#isFull || bytes.length === 0) return;
    this.#startsLine ||= position.offset === 0;
    const { length, size } = fitting(bytes, this.#buffer.length - this.#size);
    bytes.copy(this.#buffer, this.#length, 0, length);
    this.#length += length;
    this.#size += size;
    this.#rest = passed(position, bytes.subarray(0, length));
    this.#isFull = length < bytes.length;
    if (!this.#isFull && endsLine(bytes)) this.#endAt(this.#rest, 0);
    if (this.#isFull && this.#end === 0) this.#endWithin();
  }

  /** Takes in the line that goes on. `isWhole`: nothing follows, so bytes that cut a character are all there is of it. */
  close(isWhole: boolean): void {
    if (this.#isFull) return;
    if (isWhole) this.#endAt(this.#rest, 0);
    else this.#endWithin();
  }

  #endWithin(): void {
    const cut = this.#length - this.#end - wholeCharacters(this.#buffer.subarray(this.#end, this.#length));
    if (this.#length - cut > this.#end) this.#endAt(this.#rest, cut);
  }

  /** Ends the text behind a position, or some bytes before it. */
  #endAt(position: LinePosition | undefined, cut: number): void {
    if (position === undefined) return;
    if (this.#startsLine) this.#before = this.#position?.time === position.time ? this.#before + 1 : 0;
    this.#startsLine = false;
    this.#position = backBy(position, cut);
    if (position.time > this.#newest) this.#newest = position.time;
    this.#end = this.#length - cut;
    this.#rest = undefined;
  }

  get text(): string {
    return this.#buffer.toString('utf8', 0, this.#end);
  }

  /** True when something did not fit. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Position behind the text; `undefined` before any line. */
  get position(): LinePosition | undefined {
    return this.#position;
  }

  get newest(): string {
    return this.#newest;
  }

  /** Number of lines of the same time right before the one of the position. */
  get before(): number {
    return this.#before;
  }
}
