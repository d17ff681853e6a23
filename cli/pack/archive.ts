import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Gzip } from 'fflate';
import { type Pack, pack } from 'tar-stream';
import { CliError, messageOf } from '../errors.ts';
import type { Entry } from './entry.ts';

/** Block size of the compressor, in bytes. Fixed, as block boundaries change the compressed bytes. */
const BLOCK_BYTES = 1024 * 1024;

/**
 * Writes a reproducible tar.gz: its bytes depend only on names, contents, links and executable bits. Compressed in
 * JavaScript, as zlib's output differs between processors. Throws a `CliError` for a file that changed since it was listed.
 */
export async function writeArchive(entries: readonly Entry[], to: string): Promise<void> {
  const tar = pack();
  const filled = fill(tar, entries).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(messageOf(error)));
    throw error;
  });
  const written = pipeline(Readable.from(gzipped(tar)), createWriteStream(to, { mode: 0o600 }));
  const [cause, other] = await Promise.allSettled([filled, written]);
  if (cause.status === 'rejected') throw cause.reason;
  if (other.status === 'rejected')
    throw new CliError(`The archive can't be written to ${to}: ${messageOf(other.reason)}.`);
}

async function fill(tar: Pack, entries: readonly Entry[]): Promise<void> {
  const mtime = new Date(0);
  for (const entry of entries) {
    const { name } = entry;
    if (entry.kind === 'folder') tar.entry({ name: `${name}/`, type: 'directory', mode: 0o755, mtime });
    else if (entry.kind === 'link')
      tar.entry({ name, type: 'symlink', linkname: entry.target, mode: 0o755, mtime });
    else await fillFile(tar, entry, mtime);
  }
  tar.finalize();
}

async function fillFile(tar: Pack, file: Entry & { readonly kind: 'file' }, mtime: Date): Promise<void> {
  const { name, size, executable } = file;
  const content = await file.open();
  const mode = executable ? 0o755 : 0o644;
  await new Promise<void>((resolve, reject) => {
    const entry = tar.entry({ name, size, mode, mtime }, (error) => (error ? reject(error) : resolve()));
    pipeline(exactly(content, file), entry).catch(reject);
  });
}

async function* exactly(content: Readable, { name, size }: { name: string; size: number }) {
  let read = 0;
  for await (const chunk of content) {
    read += chunk.length;
    if (read > size) break;
    yield chunk;
  }
  if (read !== size) throw new CliError(`${name} changed while it was being packed: push again.`);
}

async function* gzipped(tar: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let ready: Uint8Array[] = [];
  const gzip = new Gzip({ level: 6, mtime: 0 }, (chunk) => {
    ready.push(chunk);
  });
  for await (const block of blocksOf(tar)) {
    gzip.push(block);
    yield* ready;
    ready = [];
  }
  gzip.push(new Uint8Array(0), true);
  yield* ready;
}

async function* blocksOf(stream: AsyncIterable<unknown>): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(BLOCK_BYTES);
  let filled = 0;
  for await (const chunk of stream) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('Expected a stream of bytes.');
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + BLOCK_BYTES - filled);
      block.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < BLOCK_BYTES) continue;
      yield block;
      block = new Uint8Array(BLOCK_BYTES);
      filled = 0;
    }
  }
  yield block.subarray(0, filled);
}
