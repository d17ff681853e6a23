import { CliError, messageOf } from '../errors.ts';
import { type Entry, sorted } from './entry.ts';

/**
 * Lists the entries of a zip, jar or war, sorted, as Cloud Foundry unpacks it. The reader rejects names that lead out of the
 * archive. Call `close` once all entries are read.
 */
export async function openZip(path: string): Promise<{ entries: readonly Entry[]; close: () => void }> {
  const { openPromise } = await import('yauzl');
  try {
    const zip = await openPromise(path, { autoClose: false, lazyEntries: true });
    const entries = new Map<string, Entry>();
    for await (const one of zip.eachEntry()) {
      const name = one.fileName.replace(/(?<!\/)\/+$/, '');
      const mode = one.externalFileAttributes >>> 16;
      if (one.fileName.endsWith('/')) entries.set(name, { kind: 'folder', name });
      else if ((mode & 0o170000) === 0o120000)
        throw new CliError(`${path} contains the link ${name}: unpack it, and push the folder.`);
      else
        entries.set(name, {
          ...{ kind: 'file', name, size: one.uncompressedSize, executable: (mode & 0o100) !== 0 },
          open: () => zip.openReadStreamPromise(one),
        });
    }
    if (![...entries.values()].some(({ kind }) => kind === 'file'))
      throw new CliError(`Nothing to build: ${path} has no files.`);
    return { entries: sorted([...entries.values()]), close: () => zip.close() };
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError(`${path} can't be read as a zip: ${messageOf(error)}.`);
  }
}
