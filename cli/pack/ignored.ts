import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore from 'ignore';
import { CliError, messageOf, systemCode } from '../errors.ts';
import { textOf } from '../text-file.ts';

/** Patterns that Kf always excludes. */
const ALWAYS = [
  '.cfignore',
  '.kfignore',
  '/manifest.yml',
  '.gitignore',
  '.git',
  '.hg',
  '.svn',
  '_darcs',
  '.DS_Store',
];

/** Exclude rules of a folder. */
export type Ignored = {
  /** Name of the ignore file; `undefined` where only the built-in rules apply. */
  readonly file: string | undefined;
  /** True for an excluded path, relative to the folder. The path of a folder ends in "/". */
  readonly has: (path: string) => boolean;
};

/** Reads the exclude rules of a folder from `.kfignore`, else `.cfignore`, in the syntax of `.gitignore`. */
export async function ignoredIn(folder: string): Promise<Ignored> {
  for (const file of ['.kfignore', '.cfignore']) {
    const bytes = await bytesOf(join(folder, file));
    if (bytes !== undefined) return { file, has: rulesOf(textOf(bytes, file)) };
  }
  return { file: undefined, has: rulesOf('') };
}

function rulesOf(text: string): (path: string) => boolean {
  const rules = ignore({ ignorecase: false }).add(text).add(ALWAYS);
  return (path) => rules.ignores(path);
}

async function bytesOf(file: string): Promise<Buffer | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new CliError(`${file} can't be read: ${messageOf(error)}.`);
  }
}
