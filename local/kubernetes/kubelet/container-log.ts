import { EventEmitter, once } from 'node:events';
import { appendFile, close, openSync } from 'node:fs';
import { type Readable, Transform, type TransformCallback, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Longest piece of a line in the file, in bytes; the container runtime cuts a longer line into such pieces. */
const PIECE = 16 * 1024;

const NEWLINE = 10;

/** Nanoseconds since 1970: the clock of the machine, with the resolution of the monotonic one. */
const ORIGIN = BigInt(Math.round(performance.timeOrigin * 1e6));
const nanoseconds = (): bigint => ORIGIN + BigInt(Math.round(performance.now() * 1e6));

/** Now in RFC 3339 with nine digits behind the second, as the kubelet writes log times. */
function logTime(): string {
  const now = nanoseconds();
  const seconds = now / 1_000_000_000n;
  const rest = String(now % 1_000_000_000n).padStart(9, '0');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${rest}Z`;
}

/** Cuts a stream into lines of the CRI's format: `TIME stdout F text`, or `P` for a piece whose line goes on. */
function toLines(stream: 'stdout' | 'stderr'): Transform {
  let pending: Buffer = Buffer.alloc(0);
  const line = (tag: 'F' | 'P', text: Buffer) =>
    Buffer.concat([Buffer.from(`${logTime()} ${stream} ${tag} `), text, Buffer.from('\n')]);

  return new Transform({
    transform(chunk: Buffer, _, done: TransformCallback) {
      const lines: Buffer[] = [];
      let rest = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (;;) {
        const end = rest.indexOf(NEWLINE);
        if (end === -1 && rest.length < PIECE) break;
        const whole = end !== -1 && end <= PIECE;
        const cut = whole ? end : PIECE;
        lines.push(line(whole ? 'F' : 'P', rest.subarray(0, cut)));
        rest = rest.subarray(whole ? cut + 1 : cut);
      }
      pending = Buffer.from(rest);
      done(null, Buffer.concat(lines));
    },
    flush(done: TransformCallback) {
      done(null, pending.length === 0 ? undefined : line('P', pending));
    },
  });
}

/** Writes to the log file of a container. Nothing of it is held in memory. */
export type LogWriter = {
  /** Writes all that comes of a stream. */
  take(stream: 'stdout' | 'stderr', from: Readable): void;
  /** Writes a line of its own to stderr. */
  say(text: string): void;
  /** Ends when all is in the file. */
  close(): Promise<void>;
};

/** Opens a log file, which is there when this returns. `onGrown` is called with the bytes that were added to it. */
export function appendLog(file: string, onGrown: (bytes: number) => void): LogWriter {
  const out = appendTo(openSync(file, 'a', 0o600), onGrown);
  const streams: Promise<void>[] = [];
  return {
    take: (stream, from) => {
      const lines = from.pipe(toLines(stream));
      lines.pipe(out, { end: false });
      // A stream that is given up ends without saying so.
      from.on('close', () => lines.end());
      streams.push(finished(lines));
    },
    say: (text) => {
      out.write(`${logTime()} stderr F ${text}\n`);
    },
    close: async () => {
      await Promise.all(streams);
      out.end();
      await finished(out);
    },
  };
}

/** The log of a container while it runs: the container runtime writes its output to the same file. */
export type ContainerLog = Pick<LogWriter, 'say' | 'close'> & {
  readonly file: string;
  /** Counts bytes that the container runtime has added to the file. */
  add(bytes: number): void;
  /** Waits until more than so many bytes are in the file; `false` when it will not grow any more. */
  grown(beyond: number): Promise<boolean>;
};

/** Makes the log file of a container, which is there when this returns. */
export function openLog(file: string): ContainerLog {
  const changes = new EventEmitter();
  let size = 0;
  let isClosed = false;
  const add = (bytes: number): void => {
    size += bytes;
    changes.emit('change');
  };
  const { say, close: closeFile } = appendLog(file, add);
  return {
    file,
    add,
    say,
    grown: async (beyond) => {
      while (size <= beyond && !isClosed) await once(changes, 'change');
      return size > beyond;
    },
    close: async () => {
      await closeFile();
      isClosed = true;
      changes.emit('change');
    },
  };
}

/** A stream into a file, which tells how many bytes were written when they are there. */
const appendTo = (descriptor: number, onGrown: (bytes: number) => void): Writable =>
  new Writable({
    write: (chunk: Buffer, _, done) =>
      appendFile(descriptor, chunk, (error) => {
        done(error);
        onGrown(chunk.length);
      }),
    destroy: (error, done) => close(descriptor, (failure) => done(error ?? failure)),
  });
