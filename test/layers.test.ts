import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { importsFrom, violations } from './support/layers.ts';

const root = new URL('../', import.meta.url);

/** Paths of a folder's TypeScript files, from the repository's root. */
async function sourcesIn(folder: string): Promise<string[]> {
  const entries = await readdir(new URL(folder, root), { recursive: true });
  return entries.filter((entry) => /\.tsx?$/.test(entry)).map((entry) => `${folder}/${entry}`);
}

const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

describe('the layers', () => {
  it.each(['lib', 'functions', 'client', 'console', 'cli'])('hold in %s/', async (folder) => {
    const paths = await sourcesIn(folder);
    const found = await Promise.all(paths.map(async (path) => violations(path, await read(path))));
    expect(paths.length).toBeGreaterThan(2);
    expect(found.flat()).toEqual([]);
  });

  it.each([
    [
      'a domain file and a port',
      'lib/domain/a.ts',
      `import type { Ports } from '../ports.ts';`,
      'lib/ports.ts',
    ],
    ['a domain file and the disk', 'lib/domain/a.ts', `import { readFile } from 'node:fs';`, 'node:fs'],
    [
      'the ports and an action',
      'lib/ports.ts',
      `export { app } from './actions/app.ts';`,
      'lib/actions/app.ts',
    ],
    [
      'an action and an adapter',
      'lib/actions/a.ts',
      `import '../adapters/aws/b.ts';`,
      'lib/adapters/aws/b.ts',
    ],
    ['an action and a schema', 'lib/actions/a.ts', `import * as v from 'valibot';`, 'valibot'],
    [
      'an adapter and an action',
      'lib/adapters/kubernetes/a.ts',
      `const { app } = await import('../../actions/app.ts');`,
      'lib/actions/app.ts',
    ],
    [
      'one adapter and another',
      'lib/adapters/aws/a.ts',
      `import { ask } from '../kubernetes/failure.ts';`,
      'lib/adapters/kubernetes/failure.ts',
    ],
    ['http and an action', 'lib/http/a.ts', `import { app } from '../actions/app.ts';`, 'lib/actions/app.ts'],
    [
      'a function and an adapter',
      'functions/a.ts',
      `import '../lib/adapters/aws/b.ts';`,
      'lib/adapters/aws/b.ts',
    ],
    ['a function and the local cloud', 'functions/a.ts', `import '../local/cloud.ts';`, 'local/cloud.ts'],
    [
      'a function and the command line',
      'functions/a.ts',
      `import type { A } from '../cli/a.ts';`,
      'cli/a.ts',
    ],
    [
      'the command line and the domain',
      'cli/verbs/a.ts',
      `import { parseCron } from '../../lib/domain/cron.ts';`,
      'lib/domain/cron.ts',
    ],
    [
      'the console and what is not the cron of the domain',
      'console/a.tsx',
      `import { taskName } from '../lib/domain/names.ts';`,
      'lib/domain/names.ts',
    ],
    ['the wiring and the local cloud', 'lib/wiring.ts', `import '../local/cloud.ts';`, 'local/cloud.ts'],
  ])('keep apart %s', (_, path, source, imported) => {
    expect(violations(path, source)).toEqual([`${path} imports ${imported}`]);
  });

  it.each([
    ['by name', `export const a = process.env.A;`],
    ['by index', `export const a = process['env'].A;`],
    ['taken apart', `const { env } = process;`],
    ['by the module', `import process from 'node:process';`],
  ])('let lib/config.ts alone read the environment: %s', (_, source) => {
    expect(violations('lib/domain/a.ts', source)).toContain('lib/domain/a.ts reads the environment');
    expect(violations('lib/config.ts', source)).not.toContain('lib/config.ts reads the environment');
  });

  it('let a word in a text or a comment pass', () => {
    const source = `/** Reads process.env. */ export const text = 'process.env'; process.stdout.write(text);`;
    expect(violations('lib/log.ts', source)).toEqual([]);
  });

  it('have a place for every file', () => {
    expect(violations('lib/other.ts', '')).toEqual(['lib/other.ts is in no layer']);
  });

  it('keep the local cloud apart from the command line and the tests', async () => {
    const paths = await sourcesIn('local');
    const found = await Promise.all(
      paths.map(async (path) => importsFrom(path, await read(path), ['cli/', 'test/'])),
    );
    expect(found.flat()).toEqual([]);
    expect(importsFrom('local/a.ts', `import '../test/b.ts';`, ['test/'])).toEqual([
      'local/a.ts imports test/b.ts',
    ]);
  });
});
