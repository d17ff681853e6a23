import { EventEmitter, once } from 'node:events';
import { appendFile, close, openSync } from 'node:fs';
import { type Readable, Transform, type TransformCallback, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

/** Limit of a log line in bytes; the container runtime splits longer lines. */
const MAX_LINE_BYTES = 16 * 1024;

const NEWLINE = 10;

/** System time in ns since 1970, with the resolution of the monotonic clock. */
const ORIGIN = BigInt(Math.round(performance.timeOrigin * 1e6));
const nanoseconds = (): bigint => ORIGIN + BigInt(Math.round(performance.now() * 1e6));

/** Current time in RFC 3339 with nine fractional digits, as the kubelet writes log times. */
function logTime(): string {
  const now = nanoseconds();
  const seconds = now / 1_000_000_000n;
  const rest = String(now % 1_000_000_000n).padStart(9, '0');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}.${rest}Z`;
}

/** Splits a stream into lines of the CRI log format: `TIME stdout F text`, with `P` for a partial line. */
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
        if (end === -1 && rest.length < MAX_LINE_BYTES) break;
        const whole = end !== -1 && end <= MAX_LINE_BYTES;
        const cut = whole ? end : MAX_LINE_BYTES;
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

/** Writer of a container's log file. Buffers nothing in memory. */
export type LogWriter = {
  /** Writes a whole stream. */
  pipeFrom(stream: 'stdout' | 'stderr', from: Readable): void;
  /** Writes a line to stderr. */
  writeLine(text: string): void;
  /** Resolves when everything is in the file. */
  close(): Promise<void>;
};

/** Opens a log file, which exists on return. `onGrown` is called with the number of bytes added. */
export function appendLog(file: string, onGrown: (bytes: number) => void): LogWriter {
  const out = appendTo(openSync(file, 'a', 0o600), onGrown);
  const streams: Promise<void>[] = [];
  return {
    pipeFrom: (stream, from) => {
      const lines = from.pipe(toLines(stream));
      lines.pipe(out, { end: false });
      // A destroyed stream closes without an end event.
      from.on('close', () => lines.end());
      streams.push(finished(lines));
    },
    writeLine: (text) => {
      out.write(`${logTime()} stderr F ${text}\n`);
    },
    close: async () => {
      await Promise.all(streams);
      out.end();
      await finished(out);
    },
  };
}

/** Log of a running container. The container runtime appends the output to the same file. */
export type ContainerLog = Pick<LogWriter, 'writeLine' | 'close'> & {
  readonly file: string;
  /** Counts bytes that the container runtime has appended. */
  add(bytes: number): void;
  /** Waits until the file has more than `beyond` bytes; `false` if it is closed before. */
  waitForMore(beyond: number): Promise<boolean>;
};

/** Creates the log file of a container, which exists on return. */
export function openLog(file: string): ContainerLog {
  const changes = new EventEmitter();
  let size = 0;
  let isClosed = false;
  const add = (bytes: number): void => {
    size += bytes;
    changes.emit('change');
  };
  const { writeLine, close: closeFile } = appendLog(file, add);
  return {
    file,
    add,
    writeLine,
    waitForMore: async (beyond) => {
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

/** Stream into a file that reports bytes once they are written. */
const appendTo = (descriptor: number, onGrown: (bytes: number) => void): Writable =>
  new Writable({
    write: (chunk: Buffer, _, done) =>
      appendFile(descriptor, chunk, (error) => {
        done(error);
        onGrown(chunk.length);
      }),
    destroy: (error, done) => close(descriptor, (failure) => done(error ?? failure)),
  });
