import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import * as v from 'valibot';
import { startEmbeddedEventBridge } from '../local/embedded-eventbridge.ts';
import { bundleFunctions } from '../local/gateway/bundle.ts';
import { environmentFor, writeTokens } from '../local/identities.ts';
import { type Deployment, readServerless } from '../local/serverless.ts';
import { stackEnvironment } from '../local/stack.ts';
import { makeJobs } from './many-jobs.ts';
import type { Bench } from './run-task.ts';
import { median } from './statistics.ts';

const JOBS = 10_000;

/** Rounds of one process: the first finds one job of a hundred due, in the others hardly a minute has passed. */
const ROUNDS = 4;

const Round = v.object({
  ms: v.number(),
  cpuMs: v.number(),
  requests: v.number(),
  bytes: v.number(),
  peakBytes: v.number(),
  outcome: v.record(v.string(), v.number()),
});
type Round = v.InferOutput<typeof Round>;

export type SweepRow = {
  readonly what: string;
  readonly ms: number;
  /** Of the process alone: what does not depend on who else is at work on this machine. */
  readonly cpuMs: number;
  readonly requests: number;
  readonly receivedMB: number;
  readonly peakMB: number;
  readonly outcome: string;
};

/** One reconcile of 10,000 jobs in a process of its own, beside a plain list of all of them in another. */
export async function measureSweep(
  root: string,
  kubeconfig: string,
  benches: readonly Bench[],
): Promise<SweepRow[]> {
  const [bench] = benches;
  if (bench === undefined) throw new Error('There is no space for the jobs.');
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-bench-'));
  const eventBridge = await startEmbeddedEventBridge({ invoke: async () => {}, onError: () => {} });
  try {
    const deployment = await readServerless(join(root, 'serverless.yml'));
    await bundleFunctions(root, deployment, directory);
    await bundlePrograms(root, deployment, directory);
    await writeTokens(bench.access, directory);
    await makeJobs(kubeconfig, benches, JOBS);
    // No rules: the sweep drives each job, and the numbers are the cluster's.
    const stack = { ...stackEnvironment(deployment, eventBridge.url), TASKBRIDGE_MAX_RULES: '0' };
    const environment = environmentFor(bench.access, directory, stack)('keeper');

    const list = await measured(directory, 'list-all', environment);
    const [first, ...others] = await measured(directory, 'reconcile', environment);
    return [
      rowOf('anchor: one list of all jobs', list),
      ...(first === undefined ? [] : [rowOf('first round: a new process, 1 % of the jobs due', [first])]),
      rowOf(`${others.length} more rounds`, others),
    ];
  } finally {
    await eventBridge.stop();
    await rm(directory, { recursive: true });
  }
}

async function bundlePrograms(root: string, { bundling }: Deployment, directory: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'bench/measured.ts'), join(root, 'bench/list-all.ts')],
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    ...bundling,
  });
}

async function measured(
  directory: string,
  name: string,
  environment: Readonly<Record<string, string>>,
): Promise<readonly Round[]> {
  const module = pathToFileURL(join(directory, `${name}.mjs`)).href;
  const child = fork(join(directory, 'measured.mjs'), [String(ROUNDS), module], {
    env: { ...environment, PATH: process.env.PATH },
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const rounds: Round[] = [];
  child.on('message', (message) => rounds.push(v.parse(Round, message)));
  const [code] = await once(child, 'exit');
  if (code !== 0 || rounds.length < ROUNDS) throw new Error(`${name} ended with ${code}.`);
  return rounds;
}

const MB = 1024 * 1024;

const rowOf = (what: string, rounds: readonly Round[]): SweepRow => ({
  what,
  ms: Math.round(median(rounds.map(({ ms }) => ms))),
  cpuMs: Math.round(median(rounds.map(({ cpuMs }) => cpuMs))),
  requests: median(rounds.map(({ requests }) => requests)),
  receivedMB: Number((median(rounds.map(({ bytes }) => bytes)) / MB).toFixed(1)),
  peakMB: Math.round(Math.max(...rounds.map(({ peakBytes }) => peakBytes)) / MB),
  outcome: rounds
    .map(({ outcome }) => Object.entries(outcome).map(([name, count]) => `${count} ${name}`))
    .join('; '),
});
