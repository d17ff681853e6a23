import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GROUPS, type GroupName } from '../scenarios/groups.ts';
import type { Result } from './pool.ts';
import { report } from './report.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

const MAX_MS = 1_800_000;
const MAX_BYTES = 100 * 1024 * 1024;

/** Violations of one scenario that a failure shows. */
const SHOWN = 5;

/** Runs a group of scenarios in one way, in a separate process. */
export async function tryGroup(way: string, group: GroupName, mutation?: string): Promise<readonly Result[]> {
  const more = mutation === undefined ? [] : [mutation];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--no-warnings', '--import', 'tsx', MAIN, way, group, ...more],
    { cwd: ROOT, maxBuffer: MAX_BYTES },
  );
  return JSON.parse(stdout);
}

/** Suite of scenarios, each of which comes to the same end with every fault of its calls. */
export function comesToTheSameEnd(title: string, way: string, group: GroupName): void {
  describe(title, () => {
    let results: readonly Result[] = [];

    beforeAll(async () => {
      results = await tryGroup(way, group);
    }, MAX_MS);

    afterAll(() =>
      report(
        `${way}-${group}`,
        results.map(({ violations, ...row }) => ({ ...row, way, violations: violations.length })),
      ),
    );

    it.each(GROUPS[group].map(({ name }) => name))('%s', (name) => {
      const result = results.find(({ scenario }) => scenario === name);
      expect(result?.violations.slice(0, SHOWN)).toEqual([]);
      expect(result?.calls).toBeGreaterThan(0);
    });
  });
}
