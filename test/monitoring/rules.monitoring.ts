import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { QUERIES } from '../../tools/monitoring/dashboard.ts';
import { ALERTS } from '../../tools/monitoring/rules.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const TESTS = 'test/monitoring/rules.test.yaml';

/** What promtool prints; it exits with 1, and this throws, where a rule or a test is wrong. */
async function promtool(...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('promtool', args, { cwd: root });
  return stdout + stderr;
}

describe('the alerts, by promtool', () => {
  it('are rules as Prometheus reads them', async () => {
    const count = Object.values(ALERTS).flat().length;
    expect(await promtool('check', 'rules', 'cluster/monitoring/rules.yaml')).toContain(
      `SUCCESS: ${count} rules found`,
    );
  });

  it('fire when they should, and only then', async () => {
    expect(await promtool('test', 'rules', TESTS)).toContain('SUCCESS');
    const tests = await readFile(join(root, TESTS), 'utf8');
    const names = Object.values(ALERTS).flatMap((alerts) => alerts.map(({ alert }) => alert));
    const untried = names.filter((name) => !new RegExp(`alertname: ${name}\\n +exp_alerts:`).test(tests));
    expect(untried).toEqual([]);
  });

  it('are of another time than that of a test that is wrong', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'taskbridge-rules-'));
    try {
      const wrong = (await readFile(join(root, TESTS), 'utf8'))
        .replace('../../cluster', join(root, 'cluster'))
        .replace(
          'eval_time: 14m, alertname: TaskbridgeJobNotReady',
          'eval_time: 15m, alertname: TaskbridgeJobNotReady',
        );
      await writeFile(join(folder, 'wrong.yaml'), wrong);
      await expect(promtool('test', 'rules', join(folder, 'wrong.yaml'))).rejects.toThrow();
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the dashboard, by promtool', () => {
  it('has queries that Prometheus reads', async () => {
    const rules = Object.values(QUERIES).map((expr, index) => ({ record: `panel_${index}`, expr }));
    const folder = await mkdtemp(join(tmpdir(), 'taskbridge-dashboard-'));
    try {
      const file = join(folder, 'rules.yaml');
      await writeFile(file, stringify({ groups: [{ name: 'dashboard', rules }] }));
      expect(await promtool('check', 'rules', file)).toContain(`SUCCESS: ${rules.length} rules found`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
