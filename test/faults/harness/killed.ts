import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Deployment, readServerless } from '../../../local/cloudformation/serverless.ts';
import { stackEnvironment } from '../../../local/cloudformation/stack.ts';
import { environmentFor, writeTokens } from '../../../local/cluster/access.ts';
import { BUNDLES } from '../../support/bundles.ts';
import { CREDENTIALS } from '../../support/credentials.ts';
import type { Environment } from './environment.ts';
import { type Case, type Pool, type Result, tryAll } from './pool.ts';
import type { Request } from './requests.ts';
import { begin, check, type Listed, type Scenario } from './scenario.ts';
import { startSources } from './sources.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

type Killed = Case & { readonly at: string; readonly when: 'before' | 'after' };

/** Processes at once: each is a Node that begins. */
const CONCURRENCY = 4;

/**
 * Runs each scenario in a process of its own, the deployed bundle, and ends it by SIGKILL at its first call and after
 * each effect of a call. A process that ends at a read, which has no effect, ends as one after the write before it.
 */
export async function killAtEveryCall(
  pool: Pool,
  scenarios: readonly Scenario[],
): Promise<readonly Result[]> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-killed-'));
  const sources = await startSources();
  try {
    const deployment = await readServerless(join(ROOT, 'serverless.yml'));
    await bundleChild(directory);
    return await tryAll<Killed>(pool, scenarios, {
      cases: killings,
      run: (environment, one) =>
        run(pool, environment, one, { deployment, directory, builds: sources.environment }),
    });
  } finally {
    await sources.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

export const KILLED_WORLDS = CONCURRENCY;

const bundleChild = (directory: string) =>
  build({
    entryPoints: [fileURLToPath(new URL('child.ts', import.meta.url))],
    outfile: join(directory, 'child.mjs'),
    ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20' },
  });

const killings = ({ scenario, clean, calls }: Listed): readonly Killed[] =>
  calls.flatMap(({ key: at, isRead }, index): Killed[] => {
    const name = `${scenario.name} | ${at} | killed`;
    if (index === 0) return [{ scenario, clean, at, when: 'before', name }];
    return isRead ? [] : [{ scenario, clean, at, when: 'after', name }];
  });

type Built = {
  readonly deployment: Deployment;
  readonly directory: string;
  readonly builds: Readonly<Record<string, string>>;
};

/** Runs of a case before its call counts as one that does not come. */
const TRIES = 3;

/** Runs a case, again where the machine was so busy that the function ended before the call. */
async function run(
  pool: Pool,
  environment: Environment,
  one: Killed,
  built: Built,
): Promise<string | undefined> {
  for (let tried = 1; ; tried += 1) {
    const end = await runOnce(pool, environment, one, built);
    if (typeof end !== 'number') return end;
    if (tried === TRIES) return `the call did not come; the process ended with ${end}`;
  }
}

/** Runs a case once. Returns the exit code of a process that ended without the call. */
async function runOnce(
  { atWork }: Pool,
  environment: Environment,
  { scenario, clean, at, when }: Killed,
  built: Built,
): Promise<string | number | undefined> {
  await atWork(() => begin(environment, scenario, clean.ready));
  const child = await start(environment, scenario.request, built);
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  environment.proxy.arm({ at, fault: { name: 'killed', when, answer: kill }, times: 'once' });
  const [code, signal] = await once(child, 'exit');
  environment.proxy.arm();
  if (signal !== 'SIGKILL') return Number(code);
  return atWork(() => check(environment, scenario, clean, false));
}

async function start(
  { proxy, cluster, clock }: Environment,
  { fn, event }: Request,
  { deployment, directory, builds }: Built,
): Promise<ChildProcess> {
  const access = {
    endpoint: proxy.url,
    token: async (identity: Parameters<typeof cluster.token>[0]) => cluster.token(identity),
  };
  const tokens = await mkdtemp(join(directory, 'tokens-'));
  await writeTokens(access, tokens);
  const found = deployment.functions.find(({ name }) => name === fn);
  if (found === undefined) throw new Error(`No function ${fn}.`);
  const given = {
    event,
    remainingMs: found.timeoutSeconds * 1000,
    nowMs: clock.now().getTime(),
  };
  return spawn(
    process.execPath,
    [join(directory, 'child.mjs'), join(BUNDLES, `${fn}.mjs`), JSON.stringify(given)],
    {
      stdio: 'ignore',
      env: environmentFor(access, {
        ...{ directory: tokens, credentials: CREDENTIALS },
        stack: { ...stackEnvironment(deployment, proxy.url), ...builds },
      })(found),
    },
  );
}
