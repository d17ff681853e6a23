import { subscribe } from 'node:diagnostics_channel';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { toPipelineRun } from '../lib/domain/pipeline-run.ts';
import { bundleFunctions } from '../local/gateway/bundle.ts';
import { type ClusterAccess, environmentFor, writeTokens } from '../local/identities.ts';
import { readServerless } from '../local/serverless.ts';
import { stackEnvironment } from '../local/stack.ts';
import { median, spread } from './statistics.ts';

const RUNS = 60;

export type RunTaskRow = {
  readonly what: string;
  readonly medianMs: number;
  readonly spreadMs: string;
  readonly ratio: number;
  readonly requests: number;
};

/** run-task writes no rule. */
const NO_EVENT_BRIDGE = 'http://127.0.0.1:9';

/** A place to run tasks in, where no pod is ever made; `app` is pushed. */
export type Bench = { readonly space: string; readonly appUid: string; readonly access: ClusterAccess };

/**
 * run-task from its handler's call to its answer, beside a POST of the same PipelineRun with the same token over one
 * kept connection, in turn in one process.
 */
export async function measureRunTask(root: string, { space, appUid, access }: Bench): Promise<RunTaskRow[]> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-bench-'));
  try {
    const deployment = await readServerless(join(root, 'serverless.yml'));
    await bundleFunctions(root, deployment, directory);
    await writeTokens(access, directory);
    Object.assign(
      process.env,
      environmentFor(access, directory, stackEnvironment(deployment, NO_EVENT_BRIDGE))('runner'),
    );
    const { handler } = await import(pathToFileURL(join(directory, 'run-task.mjs')).href);
    const post = rawPost(space, appUid, access, await access.token('runner'));
    const event = runTaskEvent(space);

    const raw: number[] = [];
    const ours: number[] = [];
    let requests = 0;
    subscribe('http.client.request.start', () => {
      requests += 1;
    });
    let counted = 0;
    for (let run = 0; run <= RUNS; run += 1) {
      const rawMs = await timed(() => post(run));
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
    return [rowOf('raw POST', raw, raw, 1), rowOf('run-task', ours, raw, counted / RUNS)];
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

const rowOf = (
  what: string,
  times: readonly number[],
  anchor: readonly number[],
  requests: number,
): RunTaskRow => ({
  what,
  medianMs: Number(median(times).toFixed(1)),
  spreadMs: spread(times, 1),
  ratio: Number((median(times) / median(anchor)).toFixed(2)),
  requests,
});

function rawPost(space: string, uid: string, { endpoint, ca }: ClusterAccess, token: string) {
  const agent = new Agent({ keepAlive: true, ca });
  const url = `${endpoint}/apis/tekton.dev/v1/namespaces/${space}/pipelineruns`;
  const app = { space, name: 'bench', uid, createdAt: '', spec: SPEC };
  return (run: number): Promise<void> => {
    const body = JSON.stringify(
      toPipelineRun({
        app,
        id: `raw${run}`,
        command: COMMAND,
        requestedBy: 'bench',
        requestedAt: new Date(),
        nonce: `${run}`,
      }),
    );
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'POST', agent, headers }, (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 201 ? resolve() : reject(new Error(`POST: ${response.statusCode}`)),
        );
      });
      sent.on('error', reject).end(body);
    });
  };
}

export const SPEC = { image: 'taskbridge.local/busybox:1' };
const COMMAND = 'true';

function runTaskEvent(space: string) {
  const routeKey = 'POST /v1/spaces/{space}/apps/{app}/tasks';
  return {
    routeKey,
    headers: {},
    pathParameters: { space, app: 'bench' },
    requestContext: {
      http: { method: 'POST' },
      requestId: 'bench',
      authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/bench' } },
    },
    body: JSON.stringify({ command: COMMAND }),
    isBase64Encoded: false,
  };
}
