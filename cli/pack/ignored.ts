import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ignore from 'ignore';
import { messageOf, Refusal, systemCode } from '../errors.ts';

/** What Kf leaves out whatever the ignore file says. */
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

export type Ignored = {
  /** Which file of the folder said more than the list that always holds. */
  readonly file: string | undefined;
  /** Whether a path below the folder is left out; that of a folder ends in "/". */
  readonly has: (path: string) => boolean;
};

/** The rules of a folder: its `.kfignore`, else its `.cfignore`, as git reads its own. */
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
    throw new Refusal(`${file} can't be read: ${messageOf(error)}.`);
  }
}
