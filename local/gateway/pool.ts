import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';
import type { MovedClock } from '../moved-clock.ts';
import type { DeployedFunction } from '../serverless.ts';
import type { WorkerSettings } from './worker.ts';

/** The environment of a function. */
export type EnvironmentOf = (
  deployed: Pick<DeployedFunction, 'name' | 'identity'>,
) => Readonly<Record<string, string>>;

/** A function's result, as it would go back to the gateway. */
export type Invoke = (event: unknown) => Promise<unknown>;

export type FunctionPool = {
  readonly invoke: (name: string) => Invoke;
  stop(): Promise<void>;
};

type Waiting = { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void };
type Answer = { readonly id: number; readonly result?: unknown; readonly error?: string };

export type PoolOptions = {
  readonly functions: readonly DeployedFunction[];
  /** Folder of their bundles. */
  readonly bundles: string;
  readonly environmentOf: EnvironmentOf;
  /** What they take for the time. */
  readonly clock: MovedClock;
  readonly onLog: (name: string, line: string) => void;
};

/**
 * A worker for each function, which its first event starts, as a cold Lambda. Events beyond the function's reserved
 * concurrency wait, as in Lambda's queue: it is reserved for asynchronous functions alone. One that takes longer than the
 * function's timeout is rejected, and its worker ended with whatever else it does: the next event starts another.
 */
export function startFunctions(options: PoolOptions): FunctionPool {
  const workers = new Set<Worker>();
  const invocations = new Map(
    options.functions.map((deployed) => {
      let warm: Sandbox | undefined;
      const once: Invoke = async (event) => {
        const sandbox = warm ?? startSandbox(options, deployed);
        warm = sandbox;
        workers.add(sandbox.worker);
        try {
          return await within(deployed, sandbox.invoke(event));
        } catch (error) {
          if (!(error instanceof TimedOut)) throw error;
          if (warm === sandbox) warm = undefined;
          workers.delete(sandbox.worker);
          await sandbox.worker.terminate();
          throw error;
        }
      };
      const turn = pLimit(deployed.reservedConcurrency ?? Number.POSITIVE_INFINITY);
      return [deployed.name, (event: unknown) => turn(once, event)] as const;
    }),
  );

  return {
    invoke: (name) => {
      const found = invocations.get(name);
      if (found === undefined) throw new Error(`No function "${name}" is in serverless.yml.`);
      return found;
    },
    stop: async () => {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}

type Sandbox = { readonly worker: Worker; readonly invoke: Invoke };

function startSandbox(options: PoolOptions, deployed: DeployedFunction): Sandbox {
  const worker = startWorker(options, deployed);
  return { worker, invoke: invoker(worker) };
}

/** In the words of Lambda. */
class TimedOut extends Error {
  constructor({ name, timeoutSeconds }: DeployedFunction) {
    super(`${name}: Task timed out after ${timeoutSeconds}.00 seconds`);
  }
}

async function within(deployed: DeployedFunction, result: Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut(deployed)), deployed.timeoutSeconds * 1000).unref();
  });
  try {
    return await Promise.race([result, timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/** It has nothing in its environment but what `environmentOf` gives. */
function startWorker(
  { bundles, environmentOf, clock, onLog }: PoolOptions,
  deployed: DeployedFunction,
): Worker {
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
    stdout: true,
  });
  createInterface({ input: worker.stdout }).on('line', (line) => onLog(name, line));
  return worker;
}

function invoker(worker: Worker): Invoke {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  worker.on('message', ({ id, result, error }: Answer) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error));
  });
  const rejectAll = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on('error', rejectAll);
  worker.on('exit', () => rejectAll(new Error('The function was ended.')));
  return (event) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, event });
    });
}
