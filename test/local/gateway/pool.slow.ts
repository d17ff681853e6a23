import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { readServerless } from '../../../local/cloudformation/serverless.ts';
import { createFakeClock } from '../../../local/fake-clock.ts';
import { bundleFunctions } from '../../../local/gateway/bundle.ts';
import { type FunctionPool, startFunctions, Throttled } from '../../../local/gateway/pool.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Function that returns its sandbox, the call's number there, start and end. `ms` of -1 never returns. */
const SLOW = `
  const sandbox = crypto.randomUUID();
  let calls = 0;
  export const handler = ({ ms, error, exit }) => new Promise((resolve, reject) => {
    calls += 1;
    const from = Number(process.hrtime.bigint());
    const end = () => resolve({ sandbox, calls, from, to: Number(process.hrtime.bigint()) });
    if (exit) process.exit();
    if (error) reject(new Error(error));
    else if (ms >= 0) setTimeout(end, ms);
  });`;

const Result = v.object({ sandbox: v.string(), calls: v.number(), from: v.number(), to: v.number() });
type Result = v.InferOutput<typeof Result>;

/** Maximum of concurrent calls. */
const mostAtOnce = (results: readonly Result[]): number =>
  Math.max(
    ...results.map(({ from }) => results.filter((other) => other.from <= from && from < other.to).length),
  );
const sandboxesOf = (results: readonly Result[]) => new Set(results.map(({ sandbox }) => sandbox));

let bundles: string;
let pool: FunctionPool;

beforeEach(async () => {
  bundles = await mkdtemp(join(tmpdir(), 'taskbridge-pool-'));
  await bundleFunctions(
    root,
    { ...(await readServerless(join(root, 'serverless.yml'))), functions: [] },
    bundles,
  );
  for (const name of ['slow', 'other']) await writeFile(join(bundles, `${name}.mjs`), SLOW);
});

afterEach(async () => {
  await pool.stop();
  await rm(bundles, { recursive: true, force: true });
});

type Limits = { timeoutSeconds: number; reservedConcurrency?: number; maxRunning?: number };

const start = ({ maxRunning = 8, ...limits }: Limits) => {
  pool = startFunctions({
    functions: ['slow', 'other'].map((name) => ({
      name,
      source: `functions/${name}`,
      identity: 'runner',
      role: 'RunnerRole',
      routes: [],
      schedules: [],
      patterns: [],
      retries: { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60, deadLetters: false },
      reservedConcurrency: undefined,
      ...limits,
    })),
    bundles,
    environmentOf: () => ({}),
    clock: createFakeClock(),
    onLog: () => {},
    maxRunning,
  });
  const invoke = async (ms: number) => v.parse(Result, await pool.invoke('slow')({ ms }));
  const many = (count: number, ms: number) => Promise.all(Array.from({ length: count }, () => invoke(ms)));
  return { invoke, many };
};

describe('a local function', () => {
  it('runs at most its reserved concurrency', async () => {
    const { many } = start({ timeoutSeconds: 10, reservedConcurrency: 2 });
    expect(mostAtOnce(await many(6, 20))).toBeLessThanOrEqual(2);
  });

  it('without reserved concurrency runs up to the limit of the pool', async () => {
    const { many } = start({ timeoutSeconds: 10, maxRunning: 3 });
    const results = await many(9, 20);
    expect(sandboxesOf(results).size).toBe(3);
    expect(mostAtOnce(results)).toBeLessThanOrEqual(3);
  });

  it('reuses a sandbox, even after an error', async () => {
    const { invoke } = start({ timeoutSeconds: 10 });
    const first = await invoke(0);
    await expect(pool.invoke('slow')({ error: 'no luck' })).rejects.toThrow('no luck');
    expect(await invoke(0)).toMatchObject({ sandbox: first.sandbox, calls: 3 });
  });

  it('is stopped at its timeout, without affecting others', async () => {
    const { invoke } = start({ timeoutSeconds: 2 });
    let isEnded = false;
    const late = invoke(-1).finally(() => {
      isEnded = true;
    });
    const refused = expect(late).rejects.toThrow('slow: Task timed out after 2.00 seconds');
    const neighbours = [await invoke(0)];
    while (!isEnded) neighbours.push(await invoke(20));
    await refused;
    neighbours.push(await invoke(0));
    expect(neighbours.map(({ calls }) => calls)).toEqual(neighbours.map((_, index) => index + 1));
  });

  it('starts again for the next event after its process has exited', async () => {
    const { invoke } = start({ timeoutSeconds: 10 });
    await expect(pool.invoke('slow')({ exit: true })).rejects.toThrow('The function was ended.');
    expect(await invoke(0)).toMatchObject({ calls: 1 });
  });

  it('is not invoked if no sandbox is free in time', async () => {
    const { invoke } = start({ timeoutSeconds: 2, maxRunning: 1 });
    const late = expect(invoke(-1)).rejects.toThrow('timed out');
    const other = pool.invoke('other');
    await expect(other({ ms: 0 }, { maxWaitMs: 10 })).rejects.toThrow(Throttled);
    await late;
    expect(await other({ ms: 0 })).toMatchObject({ calls: 1 });
  });

  it('shares the pool fairly with another one', async () => {
    const { many } = start({ timeoutSeconds: 10, maxRunning: 1 });
    const crowd = many(4, 0);
    const other = v.parse(Result, await pool.invoke('other')({ ms: 0 }));
    expect((await crowd).filter(({ from }) => from > other.from)).toHaveLength(3);
  });

  it('is not invoked if it is queued when the pool stops', async () => {
    const { many } = start({ timeoutSeconds: 10, maxRunning: 1 });
    const ends = Promise.allSettled([many(1, -1), many(1, 0)]);
    await pool.stop();
    const stopped = { reason: new Error('The functions have been stopped.') };
    expect(await ends).toMatchObject([stopped, stopped]);
  });
});
