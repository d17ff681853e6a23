import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { planKf } from '../../cli/import/kf.ts';
import { writePlan } from '../../cli/import/write-plan.ts';
import { readManifest } from '../../cli/manifest.ts';

const FILE = fileURLToPath(new URL('../fixtures/kf-taskschedules.json', import.meta.url));

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('the jobs of Kf', () => {
  it('keep schedule, policy and resources; one without a schedule is not suspended', async () => {
    expect(await planKf(FILE, 'Europe/Berlin')).toEqual([
      {
        ...{ job: 'invoices', expression: '0 2 * * mon-fri', name: 'invoices' },
        body: {
          ...{ app: 'billing', command: 'echo invoices', concurrencyPolicy: 'Forbid' },
          resources: { memory: '1Gi', cpu: '0.5' },
          schedule: { cron: '0 2 * * mon-fri', timeZone: 'Europe/Berlin' },
        },
      },
      {
        ...{ job: 'by-hand', expression: undefined, name: 'by-hand' },
        body: { app: 'billing', command: 'echo hand', concurrencyPolicy: 'Always' },
      },
      {
        ...{ job: 'paused', expression: '30 6 1 * *', name: 'paused' },
        body: {
          ...{ app: 'billing', resources: { memory: '256m' }, suspend: true },
          schedule: { cron: '30 6 1 * *', timeZone: 'Europe/Berlin' },
        },
      },
      {
        ...{ job: 'monthly', expression: '30 6 1 * *', name: 'monthly' },
        body: {
          ...{ app: 'stock', suspend: true },
          schedule: { cron: '30 6 1 * *', timeZone: 'Europe/Berlin' },
        },
      },
    ]);
  });

  it.each([
    ['{"items":[{"kind":"App"}]}', /items\[0\] is no TaskSchedule of Kf, by its kind:/],
    [
      '{"kind":"TaskSchedule","metadata":{"name":"a"},"spec":{}}',
      /items\[0\] is no TaskSchedule of Kf, by its spec\.taskTemplate:/,
    ],
    ['[]', /items\[0\] is no TaskSchedule of Kf, by its \S+:/],
  ])('of %s are refused, with the command that writes the file', async (text, message) => {
    const path = join(folder, 'wrong.json');
    await writeFile(path, text);
    await expect(planKf(path, 'UTC')).rejects.toThrow(message);
    await expect(planKf(path, 'UTC')).rejects.toThrow(/kubectl get taskschedules\.kf\.dev -o json/);
  });
});

describe('planned jobs in a file', () => {
  it('are a manifest that apply reads, without those that are rejected', async () => {
    const path = join(folder, 'jobs.yml');
    const rows = await writePlan(path, await planKf(FILE, 'UTC'));
    expect(rows.map(({ name, result }) => `${name} ${result}`)).toEqual([
      ...['invoices written', 'by-hand written', 'paused rejected', 'monthly written'],
    ]);
    expect(rows[2]?.problem).toMatch(/"256m" is not a size/);
    const apps = readManifest(await readFile(path, 'utf8'), path);
    expect(apps.map(({ name, jobs }) => [name, jobs?.map(({ body }) => body)])).toEqual([
      [
        'billing',
        [
          {
            ...{ name: 'invoices', command: 'echo invoices', concurrencyPolicy: 'Forbid' },
            ...{ schedule: { cron: '0 2 * * mon-fri' }, resources: { memory: '1024Mi', cpu: '0.5' } },
          },
          { name: 'by-hand', command: 'echo hand' },
        ],
      ],
      ['stock', [{ name: 'monthly', schedule: { cron: '30 6 1 * *' }, suspend: true }]],
    ]);
  });

  it('never replace a file that is there', async () => {
    const path = join(folder, 'there.yml');
    await writeFile(path, 'mine');
    await expect(writePlan(path, [])).rejects.toThrow(/can't be written as a new file: .*EEXIST/);
    expect(await readFile(path, 'utf8')).toBe('mine');
  });
});
