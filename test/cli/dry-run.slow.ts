import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { onCloud } from './on-cloud.ts';

/** Jobs whose judgement differs, by what is special in them. */
const JOBS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  plain: {},
  'no-app': { app_guid: 'b' },
  'little-memory': { memory_in_mb: 1 },
  'little-disk': { disk_in_mb: 1 },
  'much-memory': { memory_in_mb: 1e12 },
  'half-memory': { memory_in_mb: 64.5 },
  'no-memory': { memory_in_mb: 0 },
  'negative-memory': { memory_in_mb: -5 },
  'nul-command': { command: 'a\0b' },
  'long-command': { command: 'x'.repeat(200_000) },
  'empty-command': { command: '' },
};
const CRONS = [
  ...['0 2 L * ?', '0 2 15W * ?', '0 22 ? * FRI-MON', '0 2 30 2 ?', '0 24 * * ?', '61 * * * *'],
  ...['*/0 * * * *', '0 2 ? * MON#1', '0 2 * * mon-', '0 2 ? NOV-FEB ?', '@daily', 'x'.repeat(600)],
];

const jobs = [
  ...Object.entries(JOBS).map(([name, special]) => ({ guid: name, name, app_guid: 'a', ...special })),
  ...CRONS.map((expression, at) => ({
    ...{ guid: `cron-${at}`, name: `cron-${at}`, app_guid: 'a' },
    schedules: [{ guid: `schedule-${at}`, expression }],
  })),
];
const apps = [
  { guid: 'a', name: 'billing' },
  { guid: 'b', name: 'absent' },
];

onCloud((cloud) => {
  describe('the dry run of an import', () => {
    let file = '';
    beforeAll(async () => {
      const { api, space } = cloud();
      await api.push(space, 'billing', { command: 'true' });
      file = join(await mkdtemp(join(tmpdir(), 'taskbridge-import-')), 'space.json');
      await writeFile(file, JSON.stringify({ jobs, apps }));
    });

    it.each(['Nowhere/City', 'UTC'])('judges each job as the import does, in the zone %s', async (zone) => {
      const { run } = cloud();
      const line = `taskbridge import pcf-scheduler ${file} --time-zone ${zone} -o json`;
      const dry = await run(`${line} --dry-run`);
      const real = await run(line);
      expect(dry).toEqual({ ...real, out: real.out.replaceAll('"created"', '"to be created"') });
      const rejected = real.out.match(/"rejected"/g) ?? [];
      expect(rejected.length).toBeGreaterThan(CRONS.length);
      expect(rejected.length < jobs.length).toBe(true);
    });
  });
});
