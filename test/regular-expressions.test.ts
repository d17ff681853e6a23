import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { IMAGE } from '../lib/apps/app.ts';
import { expressionsIn, slowedBy } from './support/regular-expressions.ts';

const root = new URL('../', import.meta.url);

/** Folders whose code parses input of others. */
const FOLDERS = ['lib', 'functions', 'cli', 'console'];

/** Expressions that are put together, by the file that does so. */
const BUILT: Readonly<Record<string, readonly string[]>> = { 'lib/apps/app.ts': [IMAGE] };

async function expressionsOf(folder: string) {
  const entries = await readdir(new URL(folder, root), { recursive: true });
  const paths = entries.filter((entry) => /\.tsx?$/.test(entry)).map((entry) => `${folder}/${entry}`);
  const found = await Promise.all(
    paths.map(async (path) =>
      expressionsIn(path, await readFile(new URL(path, root), 'utf8')).map((one) => ({ path, ...one })),
    ),
  );
  return found.flat();
}

describe('the regular expressions', () => {
  it.each(FOLDERS)('of %s/ can’t be slowed down by a text', async (folder) => {
    const written = (await expressionsOf(folder)).flatMap(({ path, line, source, flags }) =>
      source === undefined ? [] : [{ at: `${path}:${line}`, source, flags }],
    );
    const built = Object.entries(BUILT).flatMap(([path, sources]) =>
      path.startsWith(`${folder}/`) ? sources.map((source) => ({ at: path, source, flags: '' })) : [],
    );
    const slow = [...written, ...built].flatMap(({ at, source, flags }) =>
      slowedBy(source, flags).map((why) => `${at} /${source}/${flags} ${why}`),
    );
    expect(slow).toEqual([]);
  });

  it('that are put together are known', async () => {
    const all = (await Promise.all(FOLDERS.map(expressionsOf))).flat();
    const built = all.filter(({ source }) => source === undefined);
    expect(all.length).toBeGreaterThan(40);
    expect(built.map(({ path }) => path)).toEqual(Object.keys(BUILT));
  });

  it.each([
    ['a literal', String.raw`const a = /(\w+\s?)*$/i;`],
    ['one that is made', `const a = new RegExp('^(a+)+$', 'i');`],
    ['one that is called', String.raw`const a = RegExp('\\s+$');`],
    ['one in an argument', String.raw`text.replace(/\s+$/, '');`],
    ['one by the global object', String.raw`const a = new globalThis.RegExp('\\d+\\d+x');`],
  ])('are found where they are slow: %s', (_, text) => {
    const [found] = expressionsIn('a.ts', text);
    expect(slowedBy(found?.source ?? '', found?.flags ?? '')).not.toEqual([]);
  });

  it('are not what looks like one', () => {
    expect(expressionsIn('a.ts', `const a = '/(a+)+/'; const b = 1 / 2 / 3; // /(a+)+/`)).toEqual([]);
  });
});
