import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore from 'ignore';
import { CliError, messageOf, systemCode } from '../errors.ts';

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
    const text = await textOf(join(folder, file));
    if (text !== undefined) return { file, has: rulesOf(text) };
  }
  return { file: undefined, has: rulesOf('') };
}

function rulesOf(text: string): (path: string) => boolean {
  const rules = ignore({ ignorecase: false }).add(text).add(ALWAYS);
  return (path) => rules.ignores(path);
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new CliError(`${file} can't be read: ${messageOf(error)}.`);
  }
}
