import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { bundleFunctions } from '../../local/gateway/bundle.ts';
import { type FunctionPool, startFunctions } from '../../local/gateway/pool.ts';
import { newMovedClock } from '../../local/moved-clock.ts';
import { readServerless } from '../../local/serverless.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Notes how many calls are under way, and answers after so many ms; never for -1. */
const SLOW = `
  let now = 0;
  let most = 0;
  export const handler = ({ ms }) => new Promise((resolve) => {
    now += 1;
    most = Math.max(most, now);
    const end = () => { now -= 1; resolve({ most }); };
    if (ms >= 0) setTimeout(end, ms);
  });`;

let bundles: string;
let pool: FunctionPool;

beforeEach(async () => {
  bundles = await mkdtemp(join(tmpdir(), 'taskbridge-pool-'));
  await bundleFunctions(
    root,
    { ...(await readServerless(join(root, 'serverless.yml'))), functions: [] },
    bundles,
  );
  await writeFile(join(bundles, 'slow.mjs'), SLOW);
});

afterEach(async () => {
  await pool.stop();
  await rm(bundles, { recursive: true, force: true });
});

const start = (limits: { timeoutSeconds: number; reservedConcurrency?: number }) => {
  pool = startFunctions({
    functions: [
      {
        name: 'slow',
        source: 'functions/slow',
        identity: 'runner',
        role: 'RunnerRole',
        routes: [],
        schedules: [],
        patterns: [],
        retries: { most: 0, maximumAgeSeconds: 60, deadLetters: false },
        reservedConcurrency: undefined,
        ...limits,
      },
    ],
    bundles,
    environmentOf: () => ({}),
    clock: newMovedClock(),
    onLog: () => {},
  });
  return pool.invoke('slow');
};

describe('a local function', () => {
  it('runs no more events at once than its reserved concurrency', async () => {
    const invoke = start({ timeoutSeconds: 10, reservedConcurrency: 2 });
    const results = await Promise.all(Array.from({ length: 6 }, () => invoke({ ms: 20 })));
    expect(results).toEqual(expect.arrayContaining([{ most: 2 }]));
    expect(results).not.toContainEqual({ most: 3 });
  });

  it('has no limit without one', async () => {
    const invoke = start({ timeoutSeconds: 10 });
    const results = await Promise.all(Array.from({ length: 6 }, () => invoke({ ms: 50 })));
    expect(results).toContainEqual({ most: 6 });
  });

  it('is ended at its timeout, and starts anew for the next event', async () => {
    const invoke = start({ timeoutSeconds: 1 });
    await expect(invoke({ ms: -1 })).rejects.toThrow('slow: Task timed out after 1.00 seconds');
    expect(await invoke({ ms: 0 })).toEqual({ most: 1 });
  });
});
