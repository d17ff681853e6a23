import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { badBeginnings, OLD_WORDS, oldWordsIn, textsOf } from './support/words.ts';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Files of folders, and single files, that end in one of the endings; paths from the repository's root. */
async function filesOf(places: readonly string[], ending: RegExp): Promise<readonly string[]> {
  const files = await Promise.all(
    places.map(async (place) =>
      ending.test(place)
        ? [place]
        : (await readdir(join(root, place), { recursive: true })).map((file) => join(place, file)),
    ),
  );
  return files.flat().filter((file) => ending.test(file));
}

const read = (file: string): Promise<string> => readFile(join(root, file), 'utf8');

describe('the words that users see', () => {
  it.each([
    ['in the texts of the code', ['lib', 'functions', 'cli', 'console'], /\.tsx?$/, textsOf],
    ['in the cluster and the stack', ['cluster', 'stack'], /\.ya?ml$/, (text: string) => [text]],
    [
      'in the documents',
      ['docs', 'README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
      /\.(md|json)$/,
      (text: string) => [text],
    ],
  ])('are those of Kubernetes, AWS and Cloud Foundry %s', async (_, places, ending, partsOf) => {
    const files = await filesOf(places, ending);
    const found = await Promise.all(
      files.map(async (file) =>
        partsOf(await read(file)).flatMap((part) => oldWordsIn(part).map((word) => `${file}: ${word}`)),
      ),
    );
    expect(files.length).toBeGreaterThan(5);
    expect(found.flat()).toEqual([]);
  });

  it.each(OLD_WORDS)('would show %s', (pattern, word, instead) => {
    expect(word).toMatch(pattern);
    expect(oldWordsIn(`a ${word} b`)).toEqual([`"${word}", say ${instead}`]);
  });

  it('are found in literals, templates and markup, not in names and comments', () => {
    const source = `/** parked */ const parked = \`is \${parked} parked\`; const a = 'put off'; const b = <p>Began</p>;`;
    expect(textsOf(source).flatMap(oldWordsIn)).toHaveLength(3);
  });
});

describe('a doc comment', () => {
  it.each(['lib', 'functions', 'local', 'cli', 'console', 'tools', 'bench'])(
    'begins with a noun or a verb in %s/',
    async (folder) => {
      const files = await filesOf([folder], /\.(tsx?|mjs)$/);
      const found = await Promise.all(
        files.map(async (file) => badBeginnings(await read(file)).map((begin) => `${file}: ${begin}`)),
      );
      expect(files.length).toBeGreaterThan(2);
      expect(found.flat()).toEqual([]);
    },
  );

  it('is read on one line and on several', () => {
    const source =
      '/** What it is. */\n/**\n * Whether it is.\n */\n/** Whatever. */\n/** A part. What it is. */';
    expect(badBeginnings(source)).toEqual(['What it is. */', 'Whether it is.']);
  });
});
