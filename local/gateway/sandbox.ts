import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { DeployedFunction } from '../cloudformation/serverless.ts';
import type { FakeClock } from '../fake-clock.ts';
import type { InvocationResult, WorkerSettings } from './worker.ts';

/** Returns the environment of a function. */
export type EnvironmentOf = (
  deployed: Pick<DeployedFunction, 'name' | 'identity'>,
) => Readonly<Record<string, string>>;

export type SandboxOptions = {
  /** Folder of the bundles. */
  readonly bundles: string;
  readonly environmentOf: EnvironmentOf;
  /** Clock of the functions. */
  readonly clock: FakeClock;
  readonly onLog: (name: string, line: string) => void;
};

/** Worker thread with a function's bundle. Handles one invocation at a time. */
export type Sandbox = {
  readonly name: string;
  /** Throws FunctionError for an error of the function; after any other error the sandbox is unusable. */
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
};

/** Error thrown by the function. Its sandbox stays usable, as in Lambda. */
export class FunctionError extends Error {}

/** Timeout, with Lambda's message. */
class FunctionTimeout extends Error {
  constructor({ name, timeoutSeconds }: DeployedFunction) {
    super(`${name}: Task timed out after ${timeoutSeconds}.00 seconds`);
  }
}

/** Starts a sandbox. Its environment is what `environmentOf` returns and nothing else. */
export function startSandbox(
  { bundles, environmentOf, clock, onLog }: SandboxOptions,
  deployed: DeployedFunction,
): Sandbox {
  const { name, timeoutSeconds } = deployed;
  const settings: WorkerSettings = {
    bundle: join(bundles, `${name}.mjs`),
    functionName: name,
    timeoutMs: timeoutSeconds * 1000,
    clockOffset: clock.offset,
  };
  const worker = new Worker(join(bundles, 'worker.mjs'), {
    workerData: settings,
    env: { ...environmentOf(deployed) },
    // The function must not inherit this process's loaders, such as tsx.
    execArgv: [],
    stdout: true,
  });
  createInterface({ input: worker.stdout }).on('line', (line) => onLog(name, line));
  const ended = new Promise<never>((_, reject) => {
    worker.on('error', reject);
    worker.on('exit', () => reject(new Error('The function was ended.')));
  });
  // A sandbox that ends between two invocations is noticed by the next one.
  ended.catch(() => undefined);

  const send = async (event: unknown): Promise<unknown> => {
    const message: Promise<InvocationResult[]> = once(worker, 'message');
    worker.postMessage(event);
    const [response] = await message;
    if (response?.error !== undefined) throw new FunctionError(response.error);
    return response?.result;
  };
  return {
    name,
    invoke: (event) => within(deployed, Promise.race([send(event), ended])),
    stop: async () => {
      await worker.terminate();
    },
  };
}

async function within(deployed: DeployedFunction, result: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new FunctionTimeout(deployed)), deployed.timeoutSeconds * 1000).unref();
  });
  try {
    return await Promise.race([result, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}
