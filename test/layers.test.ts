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
  it.each(['lib', 'functions', 'console', 'cli'])('hold in %s/', async (folder) => {
    const paths = await sourcesIn(folder);
    const found = await Promise.all(paths.map(async (path) => violations(path, await read(path))));
    expect(paths.length).toBeGreaterThan(2);
    expect(found.flat()).toEqual([]);
  });

  it.each([
    [
      'a room and the Kubernetes client',
      'lib/apps/a.ts',
      `import '../platform/kubernetes/client.ts';`,
      'lib/platform/kubernetes/client.ts',
    ],
    [
      'a room and AWS',
      'lib/builds/a.ts',
      `import '../platform/aws/json-call.ts';`,
      'lib/platform/aws/json-call.ts',
    ],
    ['a room and the disk', 'lib/schedules/a.ts', `import { readFile } from 'node:fs';`, 'node:fs'],
    [
      'a room and an SDK',
      'lib/events/a.ts',
      `import '@aws-sdk/client-eventbridge';`,
      '@aws-sdk/client-eventbridge',
    ],
    ['a room and its own repository', 'lib/jobs/a.ts', `import './repository.ts';`, 'lib/jobs/repository.ts'],
    [
      'a room and the repository of another',
      'lib/jobs/a.ts',
      `import type { A } from '../apps/repository.ts';`,
      'lib/apps/repository.ts',
    ],
    [
      'a repository and that of another room',
      'lib/jobs/repository.ts',
      `import '../apps/repository-records.ts';`,
      'lib/apps/repository-records.ts',
    ],
    ['a room and the bus', 'lib/tasks/a.ts', `import '../events/bus.ts';`, 'lib/events/bus.ts'],
    [
      'a room and the reconcile',
      'lib/jobs/a.ts',
      `const { a } = await import('../reconcile/plan.ts');`,
      'lib/reconcile/plan.ts',
    ],
    [
      'the platform and a room',
      'lib/platform/a.ts',
      `import type { App } from '../apps/app.ts';`,
      'lib/apps/app.ts',
    ],
    [
      'the platform and the reconcile',
      'lib/platform/wiring.ts',
      `import '../reconcile/reconcile.ts';`,
      'lib/reconcile/reconcile.ts',
    ],
    ['HTTP and the reconcile', 'lib/http/a.ts', `import '../reconcile/plan.ts';`, 'lib/reconcile/plan.ts'],
    ['HTTP and a repository', 'lib/http/a.ts', `import '../apps/repository.ts';`, 'lib/apps/repository.ts'],
    [
      'the reconcile and a repository',
      'lib/reconcile/a.ts',
      `import '../jobs/repository.ts';`,
      'lib/jobs/repository.ts',
    ],
    [
      'a function and a repository',
      'functions/a.ts',
      `import '../lib/apps/repository.ts';`,
      'lib/apps/repository.ts',
    ],
    ['a function and the local cloud', 'functions/a.ts', `import '../local/cloud.ts';`, 'local/cloud.ts'],
    [
      'a function and the command line',
      'functions/a.ts',
      `import type { A } from '../cli/a.ts';`,
      'cli/a.ts',
    ],
    [
      'the command line and the functions',
      'cli/verbs/a.ts',
      `import { parseCron } from '../../lib/schedules/cron.ts';`,
      'lib/schedules/cron.ts',
    ],
    [
      'the client that both share and the command line',
      'cli/api/a.ts',
      `import '../client.ts';`,
      'cli/client.ts',
    ],
    ['the console and the command line', 'console/a.tsx', `import '../cli/client.ts';`, 'cli/client.ts'],
    [
      'the console and more than the cron of the functions',
      'console/a.tsx',
      `import { taskName } from '../lib/platform/names.ts';`,
      'lib/platform/names.ts',
    ],
    [
      'the wiring and the local cloud',
      'lib/platform/wiring.ts',
      `import '../../local/cloud.ts';`,
      'local/cloud.ts',
    ],
  ])('keep apart %s', (_, path, source, imported) => {
    expect(violations(path, source)).toEqual([`${path} imports ${imported}`]);
  });

  it.each([
    ['by name', `export const a = process.env.A;`],
    ['by index', `export const a = process['env'].A;`],
    ['taken apart', `const { env } = process;`],
    ['by the module', `import process from 'node:process';`],
  ])('let lib/platform/config.ts alone read the environment: %s', (_, source) => {
    expect(violations('lib/apps/a.ts', source)).toContain('lib/apps/a.ts reads the environment');
    const config = 'lib/platform/config.ts';
    expect(violations(config, source)).not.toContain(`${config} reads the environment`);
  });

  it('let a word in a text or a comment pass', () => {
    const source = `/** Reads process.env. */ export const text = 'process.env'; process.stdout.write(text);`;
    expect(violations('lib/platform/metrics.ts', source)).toEqual([]);
  });

  it('have a place for every file', () => {
    expect(violations('lib/other.ts', '')).toEqual(['lib/other.ts is in no layer']);
    expect(violations('lib/other/a.ts', '')).toEqual(['lib/other/a.ts is in no layer']);
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
