import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
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

/** A worker for each function, which its first event starts, as a cold Lambda. */
export function startFunctions(options: PoolOptions): FunctionPool {
  const workers: Worker[] = [];
  const invocations = new Map(
    options.functions.map((deployed) => {
      let started: Invoke | undefined;
      const invoke: Invoke = (event) => {
        if (started === undefined) {
          const worker = startWorker(options, deployed);
          workers.push(worker);
          started = invoker(worker);
        }
        return started(event);
      };
      return [deployed.name, invoke] as const;
    }),
  );

  return {
    invoke: (name) => {
      const found = invocations.get(name);
      if (found === undefined) throw new Error(`No function "${name}" is in serverless.yml.`);
      return found;
    },
    stop: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
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
  worker.on('error', (error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  });
  return (event) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      worker.postMessage({ id: last, event });
    });
}
