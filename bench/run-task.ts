import { subscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readServerless } from '../local/cloudformation/serverless.ts';
import { stackEnvironment } from '../local/cloudformation/stack.ts';
import { type ClusterAccess, environmentFor, writeTokens } from '../local/cluster/access.ts';
import { createCredentials } from '../local/credentials.ts';
import { bundleFunctions } from '../local/gateway/bundle.ts';
import { runTaskEvent } from './http-event.ts';
import { rawPost, SPEC } from './raw-post.ts';
import { figureOf, type Row, rounded } from './row.ts';
import { median } from './statistics.ts';

const RUNS = 60;

const GROUP = 'run-task';

/** run-task writes no rule. */
const NO_EVENT_BRIDGE = 'http://127.0.0.1:9';

/** A place to run tasks in, where no pod is ever made; `app` is pushed. */
export type Bench = { readonly space: string; readonly appUid: string; readonly access: ClusterAccess };

/**
 * run-task from its handler's call to its answer, beside a POST of the same PipelineRun with the same token over one
 * kept connection, in turn in one process.
 */
export async function measureRunTask(root: string, { space, appUid, access }: Bench): Promise<Row[]> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-bench-'));
  try {
    const deployment = await readServerless(join(root, 'serverless.yml'));
    await bundleFunctions(root, deployment, directory);
    await writeTokens(access, directory);
    Object.assign(
      process.env,
      environmentFor(access, {
        ...{ directory, credentials: createCredentials() },
        stack: stackEnvironment(deployment, NO_EVENT_BRIDGE),
      })({
        name: 'run-task',
        identity: 'runner',
      }),
    );
    const { handler } = await import(pathToFileURL(join(directory, 'run-task.mjs')).href);
    const app = { space, name: 'bench', uid: appUid, createdAt: '', pushes: [], spec: SPEC };
    const { endpoint, ca } = access;
    const post = rawPost(app, { endpoint, ca, token: await access.token('runner'), sockets: 1 });
    const event = runTaskEvent(space, 'bench');

    const raw: number[] = [];
    const ours: number[] = [];
    let requests = 0;
    subscribe('http.client.request.start', () => {
      requests += 1;
    });
    let counted = 0;
    for (let run = 0; run <= RUNS; run += 1) {
      const rawMs = await timed(() => post(`raw${run}`));
      const before = requests;
      const oursMs = await timed(async () => {
        const answer: { statusCode: number; body: string } = await quietly(() => handler(event));
        if (answer.statusCode !== 201)
          throw new Error(`run-task answered ${answer.statusCode}: ${answer.body}`);
      });
      // The first round opens the connections.
      if (run === 0) continue;
      raw.push(rawMs);
      ours.push(oursMs);
      counted += requests - before;
    }
    return [rowOf('anchor: raw POST', raw, raw, 1), rowOf('one at a time', ours, raw, counted / RUNS)];
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}

/** The function's audit lines would hide the table. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const write = process.stdout.write;
  process.stdout.write = () => true;
  try {
    return await work();
  } finally {
    process.stdout.write = write;
  }
}

const rowOf = (what: string, times: readonly number[], anchor: readonly number[], requests: number): Row => ({
  group: GROUP,
  what,
  unit: 'ms',
  ...figureOf(times),
  ...(times === anchor ? {} : { ratio: rounded(median(times) / median(anchor), 2) }),
  requests,
});
