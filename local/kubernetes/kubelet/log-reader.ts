import { type FileHandle, open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { firstEvent } from './first-event.ts';
import type { LogOptions } from './log-options.ts';

const BLOCK = 64 * 1024;
const NEWLINE = 10;

/** Copies the selected part of a log file in the kubelet's order: tail, then `since`, then the byte limit. */
export async function copyLog(
  file: string,
  options: LogOptions,
  out: Writable,
  /** Waits until the file has more than `beyond` bytes; `false` if it is closed before. */
  waitForMore: (beyond: number) => Promise<boolean>,
): Promise<void> {
  const handle = await open(file);
  try {
    const write = limited(out, options.limitBytes);
    const lines = new LineCutter();
    const left = firstEvent(out, 'close').then(
      () => false,
      () => false,
    );
    let at = options.tailLines === undefined ? 0 : await tailStart(handle, options.tailLines);
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(BLOCK), 0, BLOCK, at);
      at += bytesRead;
      const text = lines.cut(buffer.subarray(0, bytesRead), options);
      if (!(await write(text)) || out.destroyed) return;
      if (bytesRead === 0 && !(options.follow && (await Promise.race([waitForMore(at), left])))) return;
    }
  } finally {
    await handle.close();
  }
}

/** Offset of the last `count` lines. Partial lines count as lines, as in a real kubelet. */
async function tailStart(handle: FileHandle, count: number): Promise<number> {
  const { size } = await handle.stat();
  let left = count;
  for (let end = size; end > 0; end -= Math.min(BLOCK, end)) {
    const start = Math.max(0, end - BLOCK);
    const { buffer } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
    for (let index = buffer.length - 1; index >= 0; index -= 1) {
      if (buffer[index] !== NEWLINE) continue;
      if (left === 0) return start + index + 1;
      left -= 1;
    }
  }
  return 0;
}

/** Splits blocks of the file into lines, which may span blocks, and formats them. */
class LineCutter {
  private pending: Buffer = Buffer.alloc(0);
  private inPiece = false;

  cut(block: Buffer, { timestamps, since }: LogOptions): Buffer {
    const all = Buffer.concat([this.pending, block]);
    const shown: Buffer[] = [];
    let start = 0;
    for (let end = all.indexOf(NEWLINE); end !== -1; end = all.indexOf(NEWLINE, start)) {
      shown.push(...this.show(all.subarray(start, end), timestamps, since));
      start = end + 1;
    }
    this.pending = all.subarray(start);
    return Buffer.concat(shown);
  }

  /** Formats `TIME stream TAG text`: the time only before the first part of a line, the newline only after the last. */
  private show(line: Buffer, timestamps: boolean, since: string | undefined): Buffer[] {
    const afterTime = line.indexOf(' ');
    const afterStream = line.indexOf(' ', afterTime + 1);
    const time = line.subarray(0, afterTime).toString('latin1');
    if (since !== undefined && time < since) return [];
    const isFirst = !this.inPiece;
    this.inPiece = line.toString('latin1', afterStream + 1, afterStream + 2) === 'P';
    return [
      ...(timestamps && isFirst ? [Buffer.from(`${time} `)] : []),
      line.subarray(afterStream + 3),
      ...(this.inPiece ? [] : [Buffer.from('\n')]),
    ];
  }
}

/** Writes with backpressure; `false` once the limit is reached. */
function limited(out: Writable, limit: number | undefined): (text: Buffer) => Promise<boolean> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  return async (text) => {
    const part = text.length > left ? text.subarray(0, left) : text;
    left -= part.length;
    if (part.length > 0 && !out.write(part) && !out.destroyed) {
      await firstEvent(out, 'drain', 'close');
    }
    return left > 0;
  };
}
