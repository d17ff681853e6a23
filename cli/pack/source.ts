import { createHash } from 'node:crypto';
import { createReadStream, rmSync } from 'node:fs';
import { mkdtemp, open, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError, messageOf, systemCode } from '../errors.ts';
import { writeArchive } from './archive.ts';
import { entriesOf } from './folder.ts';
import { openZip } from './zip.ts';

/** Archive (tar.gz) to upload; `size` is in bytes. */
export type PackedSource = { readonly file: string; readonly sha256: string; readonly size: number };

/**
 * Packs a folder, zip, jar or war into a temporary file for `use`, and removes the file afterwards, also on an interrupt. A
 * tar.gz is used as is. The same content gives the same bytes on every machine. Throws a `CliError` that names the path that
 * can't be packed.
 */
export async function withSource<T>(path: string, use: (source: PackedSource) => Promise<T>): Promise<T> {
  const stats = await stat(path).catch((error: unknown) => {
    throw new CliError(
      systemCode(error) === 'ENOENT'
        ? `${path} does not exist.`
        : `${path} can't be read: ${messageOf(error)}.`,
    );
  });
  if (!stats.isDirectory() && !stats.isFile())
    throw new CliError(`${path} is neither a folder nor a file: use the app's folder.`);
  if (stats.isFile() && (await hasMagicBytes(path, GZIP))) return use(await hashed(path));
  const folder = await mkdtemp(join(tmpdir(), 'taskbridge-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.on('exit', remove);
  try {
    const file = join(folder, 'source.tgz');
    await (stats.isDirectory() ? writeArchive(await entriesOf(path), file) : packZip(path, file));
    return await use(await hashed(file));
  } finally {
    process.off('exit', remove);
    remove();
  }
}

const GZIP = [0x1f, 0x8b];
const ZIP = [0x50, 0x4b];

async function hasMagicBytes(path: string, bytes: readonly number[]): Promise<boolean> {
  const file = await open(path).catch((error: unknown) => {
    throw new CliError(`${path} can't be read: ${messageOf(error)}.`);
  });
  try {
    const { buffer } = await file.read(Buffer.alloc(bytes.length), 0, bytes.length, 0);
    return bytes.every((byte, at) => buffer[at] === byte);
  } finally {
    await file.close();
  }
}

async function packZip(path: string, file: string): Promise<void> {
  if (!(await hasMagicBytes(path, ZIP)))
    throw new CliError(`${path} is not a folder, zip, jar, war or tar.gz: use the app's folder.`);
  const { entries, close } = await openZip(path);
  try {
    await writeArchive(entries, file);
  } finally {
    close();
  }
}

async function hashed(file: string): Promise<PackedSource> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { file, sha256: hash.digest('hex'), size };
}
