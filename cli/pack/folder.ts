import { constants, type Stats } from 'node:fs';
import { lstat, open, readdir, readlink, realpath } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { messageOf, Refusal, systemCode } from '../errors.ts';
import { type Entry, sorted } from './entry.ts';
import { ignoredIn } from './ignored.ts';

/**
 * What of a folder is packed, sorted. Throws a refusal that names the path for what no archive can hold (a pipe, a socket, a
 * device), for a link that leads out of the folder, and where nothing is left to pack.
 */
export async function entriesOf(folder: string): Promise<readonly Entry[]> {
  const ignored = await ignoredIn(folder);
  const entries: Entry[] = [];
  const leftOut: string[] = [];
  const walk = async (below: string): Promise<void> => {
    for (const child of await namesIn(join(folder, below))) {
      const name = below === '' ? child : `${below}/${child}`;
      const stats = await statsOf(join(folder, name));
      const path = stats.isDirectory() ? `${name}/` : name;
      if (ignored.has(path)) {
        leftOut.push(path);
        continue;
      }
      entries.push(await entryOf(folder, name, stats));
      if (stats.isDirectory()) await walk(name);
    }
  };
  await walk('');
  if (!entries.some(({ kind }) => kind !== 'folder')) throw nothingLeft(folder, ignored.file, leftOut);
  return sorted(entries);
}

function nothingLeft(folder: string, file: string | undefined, leftOut: readonly string[]): Refusal {
  if (leftOut.length === 0) return new Refusal(`${folder} has no file: there is nothing to build.`);
  const some = `${leftOut.slice(0, 5).join(', ')}${leftOut.length > 5 ? ', …' : ''}`;
  const rules = file === undefined ? 'what is always left out' : `${file} and what is always left out`;
  return new Refusal(`Nothing of ${folder} is left to build: ${rules} ignored ${some}.`);
}

async function entryOf(folder: string, name: string, stats: Stats): Promise<Entry> {
  const path = join(folder, name);
  if (stats.isDirectory()) return { kind: 'folder', name };
  if (stats.isSymbolicLink()) return { kind: 'link', name, target: await targetOf(folder, name) };
  if (!stats.isFile()) {
    throw new Refusal(`${path} is ${kindOf(stats)}, which can't be packed: remove it, or ignore it.`);
  }
  const { size } = stats;
  return { kind: 'file', name, size, executable: (stats.mode & 0o100) !== 0, open: () => opened(path, size) };
}

function kindOf(stats: Stats): string {
  if (stats.isFIFO()) return 'a named pipe';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/** What a link says. One that leads out by its text, or over other links, would lead elsewhere where it is unpacked. */
async function targetOf(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  const target = await readlink(path).catch((error: unknown) => {
    throw changed(path, error);
  });
  const meant = posix.normalize(posix.join(posix.dirname(name), target));
  const real = await realpath(path).catch(() => undefined);
  const leaves = real !== undefined && isOut(relative(await realpath(folder), real));
  if (posix.isAbsolute(target) || isOut(meant) || leaves) {
    throw new Refusal(
      `${path} is a link out of the folder, to ${target}: copy the file there, or ignore it.`,
    );
  }
  return target;
}

const isOut = (path: string): boolean =>
  path === '..' || path.startsWith('../') || path.startsWith(`..${sep}`);

async function namesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new Refusal(`${folder} can't be read: ${messageOf(error)}.`);
  });
  const strange = names.find((name) => name.includes('\uFFFD'));
  if (strange === undefined) return names;
  throw new Refusal(`${join(folder, strange)} has a name that is no UTF-8: rename it, or remove it.`);
}

const statsOf = (path: string): Promise<Stats> =>
  lstat(path).catch((error: unknown) => {
    throw changed(path, error);
  });

/** A file that was listed, as it is now. */
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

/** Of a file that is not any more what it was when the folder was listed, or that may not be read. */
function changed(path: string, error: unknown): Refusal {
  const code = systemCode(error);
  if (code === 'EACCES' || code === 'EPERM')
    return new Refusal(`${path} may not be read: give yourself the right, or ignore it.`);
  if (error === undefined || code === 'ENOENT' || code === 'ELOOP')
    return new Refusal(`${path} changed while it was packed: push again when ${dirname(path)} is quiet.`);
  return new Refusal(`${path} can't be read: ${messageOf(error)}.`);
}
