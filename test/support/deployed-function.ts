import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readServerless } from '../../local/cloudformation/serverless.ts';
import { stackEnvironment } from '../../local/cloudformation/stack.ts';
import { type ClusterAccess, environmentFor, writeTokens } from '../../local/cluster/access.ts';
import { bundleFunctions } from '../../local/gateway/bundle.ts';
import { CREDENTIALS } from './credentials.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Endpoint that refuses connections, for a function that writes no rule. */
const NO_EVENT_BRIDGE = 'http://127.0.0.1:9';

/** Runs the bundle, with its clock ahead by `aheadMs`. */
const runner = (bundle: string, aheadMs: number, timeoutMs: number): string => `
  const now = Date.now;
  globalThis.Date = class extends Date {
    constructor(...given) { if (given.length === 0) super(now() + ${aheadMs}); else super(...given); }
    static now() { return now() + ${aheadMs}; }
  };
  const { handler } = await import(${JSON.stringify(bundle)});
  await handler({}, { getRemainingTimeInMillis: () => ${timeoutMs} });`;

export type DeployedFunction = {
  /** Calls it once, in a separate process that can be killed by its pid. */
  call(aheadMs: number): { readonly child: ChildProcess; readonly ended: Promise<Ended> };
  remove(): Promise<void>;
};

/** Exit of a process, with its output. */
type Ended = { readonly code: number | null; readonly signal: string | null; readonly output: string };

/** A function of serverless.yml as it is deployed, over a cluster. */
export async function deployedFunction(name: string, access: ClusterAccess): Promise<DeployedFunction> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-deployed-'));
  const deployment = await readServerless(join(root, 'serverless.yml'));
  const deployed = deployment.functions.find((one) => one.name === name);
  if (deployed === undefined) throw new Error(`No function "${name}" is in serverless.yml.`);
  await bundleFunctions(root, { ...deployment, functions: [deployed] }, directory);
  await writeTokens(access, directory);
  const environmentOf = environmentFor(access, {
    ...{ directory, credentials: CREDENTIALS },
    stack: stackEnvironment(deployment, NO_EVENT_BRIDGE),
  });
  const { timeoutSeconds } = deployed;
  return {
    call: (aheadMs) => {
      const script = runner(join(directory, `${name}.mjs`), aheadMs, timeoutSeconds * 1000);
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        env: environmentOf(deployed),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      return { child, ended: endOf(child) };
    },
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

function endOf(child: ChildProcess): Promise<Ended> {
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code, signal, output: Buffer.concat(chunks).toString() }),
    );
  });
}
