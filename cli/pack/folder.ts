import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { CliError, messageOf, systemCode } from '../errors.ts';
import { type Entry, sorted } from './entry.ts';
import { ignoredIn } from './ignored.ts';

/**
 * Lists the entries of a folder to pack, sorted. Throws a `CliError` that names the path for a pipe, socket or device, for a
 * link that leads out of the folder, and where nothing is left to pack.
 */
export async function entriesOf(folder: string): Promise<readonly Entry[]> {
  const ignored = await ignoredIn(folder);
  const entries: Entry[] = [];
  const excluded: string[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const child of await namesIn(join(folder, below))) {
      const name = below === '' ? child : `${below}/${child}`;
      const stats = await statsOf(join(folder, name));
      const path = stats.isDirectory() ? `${name}/` : name;
      if (ignored.has(path)) {
        excluded.push(path);
        continue;
      }
      entries.push(await entryOf(folder, name, stats));
      if (stats.isDirectory()) await walk(name);
    }
  };
  await walk('');
  if (!entries.some(({ kind }) => kind !== 'folder')) throw nothingLeft(folder, ignored.file, excluded);
  return sorted(entries);
}

function nothingLeft(folder: string, file: string | undefined, excluded: readonly string[]): CliError {
  if (excluded.length === 0) return new CliError(`Nothing to build: ${folder} has no files.`);
  const some = `${excluded.slice(0, 5).join(', ')}${excluded.length > 5 ? ', …' : ''}`;
  const rules = file === undefined ? 'the built-in rules' : `${file} and the built-in rules`;
  return new CliError(`Nothing to build: ${rules} exclude all of ${folder}: ${some}.`);
}

async function entryOf(folder: string, name: string, stats: Stats): Promise<Entry> {
  const path = join(folder, name);
  if (stats.isDirectory()) return { kind: 'folder', name };
  if (stats.isSymbolicLink()) return { kind: 'link', name, target: await targetOf(folder, name) };
  if (!stats.isFile()) {
    throw new CliError(`${path} is ${kindOf(stats)}, which can't be packed: remove it, or ignore it.`);
  }
  const { size } = stats;
  return { kind: 'file', name, size, executable: (stats.mode & 0o100) !== 0, open: () => opened(path, size) };
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/** Reads the target of a link. Throws a `CliError` for one that leads out of the folder, directly or over other links. */
async function targetOf(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  const target = await readlink(path).catch((error: unknown) => {
    throw changed(path, error);
  });
  const normalized = posix.normalize(posix.join(posix.dirname(name), target));
  const real = await realpath(path).catch(() => undefined);
  const leaves = real !== undefined && isOutside(relative(await realpath(folder), real));
  if (posix.isAbsolute(target) || isOutside(normalized) || leaves) {
    throw new CliError(
      `${path} links out of the folder, to ${target}: copy the file into the folder, or ignore it.`,
    );
  }
  return target;
}

const isOutside = (path: string): boolean =>
  path === '..' || path.startsWith('../') || path.startsWith(`..${sep}`);

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new CliError(`${folder} can't be read: ${messageOf(error)}.`);
  });
  const invalid = names.find((name) => name.includes('\uFFFD'));
  if (invalid === undefined) return names;
  throw new CliError(`The name of ${join(folder, invalid)} is not valid UTF-8: rename or remove it.`);
}

const statsOf = (path: string): Promise<Stats> =>
  lstat(path).catch((error: unknown) => {
    throw changed(path, error);
  });

/** Opens a listed file. Throws a `CliError` where it is no longer a file of `size` bytes. */
async function opened(path: string, size: number) {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch((error: unknown) => {
    throw changed(path, error);
  });
  const now = await file.stat();
  if (!now.isFile() || now.size !== size) {
    await file.close();
    throw changed(path, undefined);
  }
  return file.createReadStream();
}

/** Error for a file that changed since it was listed, or can't be read. */
function changed(path: string, error: unknown): CliError {
  const code = systemCode(error);
  if (code === 'EACCES' || code === 'EPERM')
    return new CliError(`Permission denied: ${path}. Make it readable, or ignore it.`);
  if (error === undefined || code === 'ENOENT' || code === 'ELOOP')
    return new CliError(
      `${path} changed while it was being packed: push again once nothing writes to ${dirname(path)}.`,
    );
  return new CliError(`${path} can't be read: ${messageOf(error)}.`);
}
