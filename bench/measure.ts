import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import * as v from 'valibot';
import { type Identity, readServerless } from '../local/cloudformation/serverless.ts';
import { stackEnvironment } from '../local/cloudformation/stack.ts';
import { type ClusterAccess, environmentFor, writeTokens } from '../local/cluster/access.ts';
import type { Credentials } from '../local/credentials.ts';
import { bundleFunctions } from '../local/gateway/bundle.ts';
import { figureOf, type Row, rounded } from './row.ts';

const Round = v.object({
  ms: v.number(),
  cpuMs: v.number(),
  requests: v.number(),
  bytes: v.number(),
  peakBytes: v.number(),
  outcome: v.unknown(),
});

/** Cost of one call of a handler. `bytes`: bodies of reads; `peakBytes`: memory peak of the whole process so far. */
export type Round = v.InferOutput<typeof Round>;

type Calls = {
  /** A function of serverless.yml, or `list-all` or `at-once` of this folder. */
  readonly program: string;
  readonly identity: Identity;
  readonly times: number;
  readonly event?: unknown;
  /** Offset of the process's clock, in ms. */
  readonly aheadMs?: number;
  /** Environment variables in addition to those of the stack. */
  readonly environment?: Readonly<Record<string, string>>;
};

/** Calls handlers in processes of their own, as they are deployed. */
export type Measure = (calls: Calls) => Promise<readonly Round[]>;

/** A place of bundles for the time of `work`; the functions reach the cluster of `access`. */
export async function withMeasure<T>(
  root: string,
  access: ClusterAccess,
  { url, credentials }: { readonly url: string; readonly credentials: Credentials },
  work: (measure: Measure) => Promise<T>,
): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-bench-'));
  try {
    const deployment = await readServerless(join(root, 'serverless.yml'));
    await bundleFunctions(root, deployment, directory);
    await build({
      entryPoints: [
        join(root, 'bench/measured.ts'),
        join(root, 'bench/list-all.ts'),
        join(root, 'bench/at-once.ts'),
      ],
      outdir: directory,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      ...deployment.bundling,
    });
    await writeTokens(access, directory);
    const environmentOf = environmentFor(access, {
      ...{ directory, credentials },
      stack: stackEnvironment(deployment, url),
    });
    return await work((calls) =>
      run(
        directory,
        { ...environmentOf({ name: calls.program, identity: calls.identity }), ...calls.environment },
        calls,
      ),
    );
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function run(
  directory: string,
  environment: Readonly<Record<string, string>>,
  { program, times, event = {}, aheadMs = 0 }: Calls,
): Promise<readonly Round[]> {
  const module = pathToFileURL(join(directory, `${program}.mjs`)).href;
  const settings = JSON.stringify({ times, module, event, aheadMs });
  const child = fork(join(directory, 'measured.mjs'), [settings], {
    env: { ...environment, PATH: process.env.PATH },
    execArgv: ['--no-warnings'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const rounds: Round[] = [];
  child.on('message', (message) => rounds.push(v.parse(Round, message)));
  const [code] = await once(child, 'exit');
  if (code !== 0 || rounds.length < times) throw new Error(`${program} ended with ${code}.`);
  return rounds;
}

const KB = 1024;

/** The rounds as a row, beside those of an anchor. */
export function rowOf(group: string, what: string, rounds: readonly Round[], anchor?: readonly Round[]): Row {
  const of = (values: readonly Round[], field: 'ms' | 'cpuMs' | 'requests' | 'bytes'): number =>
    figureOf(values.map((round) => round[field])).median;
  return {
    group,
    what,
    unit: 'ms',
    ...figureOf(rounds.map(({ ms }) => ms)),
    ...(anchor === undefined
      ? {}
      : {
          ratio: rounded(of(rounds, 'ms') / of(anchor, 'ms'), 2),
          // An anchor that only writes reads nothing.
          ...(of(anchor, 'bytes') === 0
            ? {}
            : { readRatio: rounded(of(rounds, 'bytes') / of(anchor, 'bytes'), 3) }),
        }),
    requests: of(rounds, 'requests'),
    readKB: rounded(of(rounds, 'bytes') / KB, 0),
    cpuMs: rounded(of(rounds, 'cpuMs'), 0),
    peakMB: rounded(Math.max(...rounds.map(({ peakBytes }) => peakBytes)) / KB / KB, 0),
    outcome: [...new Set(rounds.map(({ outcome }) => outcomeOf(outcome)))].join('; '),
  };
}

/** Outcome of a call: the counts of a reconcile or a prune, the number of items of an HTTP response. */
function outcomeOf(outcome: unknown): string {
  const counts = v.safeParse(v.record(v.string(), v.number()), outcome);
  if (!counts.success) return '';
  return Object.entries(counts.output)
    .map(([name, count]) => `${count} ${name}`)
    .join(' ');
}
