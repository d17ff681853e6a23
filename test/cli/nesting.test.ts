import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readPcfSpace } from '../../cli/import/pcf-file.ts';
import { readManifest } from '../../cli/manifest.ts';

const brackets = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const lines = (levels: number) =>
  Array.from({ length: levels }, (_, level) => `${' '.repeat(level)}a:`).join('\n');

/** A list of 9^levels texts, by nine aliases of nine aliases and so on. */
const aliases = (levels: number) =>
  Array.from(
    { length: levels },
    (_, level) => `a${level}: &a${level} [${Array(9).fill(level === 0 ? 'x' : `*a${level - 1}`)}]`,
  ).join('\n');

/** A map of 9^levels merges. */
const merges = (levels: number) =>
  Array.from(
    { length: levels },
    (_, level) =>
      `a${level}: &a${level} { ${level === 0 ? 'name: x' : `<<: [${Array(9).fill(`*a${level - 1}`)}]`} }`,
  ).join('\n');

describe('a manifest', () => {
  it.each([
    ['brackets', `applications: ${brackets(100_000)}`, 'nested too deep: it may have 32 levels.'],
    ['brackets that nothing closes', `applications: ${'{a: '.repeat(100_000)}`, 'nested too deep'],
    ['lines, each further to the right', lines(500), 'nested too deep'],
    ['dashes on one line', `applications:\n  ${'- '.repeat(10_000)}a`, 'nested too deep'],
    ['aliases of lists', `${aliases(9)}\napplications: *a8`, 'must be a map'],
    ['merge keys', `${merges(9)}\napplications: [*a8]`, 'too large to read'],
    ['a merge key of itself', 'applications: [&a { <<: *a }]', 'nested too deep'],
    ['an alias of itself', 'applications: [{ name: a, services: &a [*a] }]', 'must be a text'],
  ])('is rejected for what is nested by %s', (_, text, words) => {
    expect(() => readManifest(text, 'manifest.yml')).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(words) }),
    );
  });
});

describe('a file of PCF Scheduler', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pcf-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('is rejected for lists that are nested too deep', async () => {
    const file = join(folder, 'deep.json');
    await writeFile(file, `{"jobs":${brackets(31)}}`);
    expect(await readPcfSpace(file)).toMatchObject({ jobs: [] });
    await writeFile(file, `{"jobs":${brackets(100_000)}}`);
    await expect(readPcfSpace(file)).rejects.toThrow(`${file} is nested too deep: it may have 32 levels.`);
  });
});
