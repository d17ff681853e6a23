import type { DeployedFunction } from '../cloudformation/serverless.ts';
import { FunctionError, type Sandbox, type SandboxOptions, startSandbox } from './sandbox.ts';

/**
 * Limit of busy sandboxes over all functions. On a few cores more would be slower: they compete with the cluster that
 * they wait for.
 */
const MAX_RUNNING = 8;

/** Limit of idle sandboxes. Beyond it the one that has been idle longest is stopped. */
const MAX_IDLE = 24;

/** Invokes a function. Resolves to its result. */
export type Invoke = (event: unknown, limits?: InvokeLimits) => Promise<unknown>;

type InvokeLimits = {
  /** Longest wait for a sandbox in ms. Default: no limit, as for asynchronous invocations. */
  readonly maxWaitMs?: number;
};

/** No sandbox was free in time; the function was not invoked. */
export class Throttled extends Error {
  constructor(name: string) {
    super(`${name}: Rate Exceeded.`);
  }
}

export type FunctionPool = {
  readonly invoke: (name: string) => Invoke;
  stop(): Promise<void>;
};

export type PoolOptions = SandboxOptions & {
  readonly functions: readonly DeployedFunction[];
  readonly maxRunning?: number;
};

const STOPPED = 'The functions have been stopped.';

/** Invocation that waits for a sandbox. */
type Waiting = { readonly start: () => void; readonly reject: (error: Error) => void };

/** Function with its invocations. */
type Queue = { readonly deployed: DeployedFunction; readonly waiting: Waiting[]; running: number };

/**
 * Starts a pool of sandboxes, created on demand and reused as in Lambda. Each handles one invocation at a time, so a
 * timeout stops no other invocation. Invocations beyond a function's reserved concurrency, or beyond `maxRunning` in
 * total, are queued; the function with the fewest running invocations is next, then the one that has waited longest.
 */
export function startFunctions(options: PoolOptions): FunctionPool {
  const { maxRunning = MAX_RUNNING } = options;
  const queues = new Map<string, Queue>(
    options.functions.map((deployed) => [deployed.name, { deployed, waiting: [], running: 0 }]),
  );
  const sandboxes = new Set<Sandbox>();
  const idle: Sandbox[] = [];
  let running = 0;
  let isStopped = false;

  const discard = async (sandbox: Sandbox): Promise<void> => {
    await sandbox.stop();
    sandboxes.delete(sandbox);
  };

  const acquire = (deployed: DeployedFunction): Sandbox => {
    const index = idle.findLastIndex(({ name }) => name === deployed.name);
    const [warm] = index === -1 ? [] : idle.splice(index, 1);
    const sandbox = warm ?? startSandbox(options, deployed);
    sandboxes.add(sandbox);
    return sandbox;
  };

  const release = (sandbox: Sandbox): void => {
    idle.push(sandbox);
    const oldest = idle.length > MAX_IDLE ? idle.shift() : undefined;
    if (oldest !== undefined) void discard(oldest);
  };

  const startNext = (): void => {
    while (running < maxRunning && !isStopped) {
      const queue = nextQueue([...queues.values()]);
      const next = queue?.waiting.shift();
      if (queue === undefined || next === undefined) return;
      running += 1;
      queue.running += 1;
      // Moves the function to the end of the line.
      queues.delete(queue.deployed.name);
      queues.set(queue.deployed.name, queue);
      next.start();
    }
  };

  const call = async (queue: Queue, event: unknown): Promise<unknown> => {
    const sandbox = acquire(queue.deployed);
    try {
      const result = await sandbox.invoke(event);
      release(sandbox);
      return result;
    } catch (error) {
      if (error instanceof FunctionError) release(sandbox);
      else await discard(sandbox);
      throw error;
    } finally {
      running -= 1;
      queue.running -= 1;
      startNext();
    }
  };

  const turn = async (queue: Queue, maxWaitMs: number | undefined): Promise<void> => {
    const { waiting, deployed } = queue;
    if (isStopped) throw new Error(STOPPED);
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve, reject) => {
      const entry: Waiting = { start: resolve, reject };
      waiting.push(entry);
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(entry), 1);
        reject(new Throttled(deployed.name));
      };
      startNext();
      if (maxWaitMs !== undefined && waiting.includes(entry)) timer = setTimeout(giveUp, maxWaitMs).unref();
    }).finally(() => clearTimeout(timer));
  };

  return {
    invoke: (name) => {
      const queue = queues.get(name);
      if (queue === undefined) throw new Error(`No function "${name}" is in serverless.yml.`);
      return async (event, { maxWaitMs } = {}) => {
        await turn(queue, maxWaitMs);
        // A sandbox that started now would never be stopped.
        if (isStopped) throw new Error(STOPPED);
        return call(queue, event);
      };
    },
    stop: async () => {
      isStopped = true;
      for (const { waiting } of queues.values())
        for (const { reject } of waiting.splice(0)) reject(new Error(STOPPED));
      await Promise.all([...sandboxes].map(({ stop }) => stop()));
    },
  };
}

/** Among the queues whose next invocation may start, the one with the fewest running. */
function nextQueue(queues: readonly Queue[]): Queue | undefined {
  return queues
    .filter(
      ({ deployed, waiting, running }) =>
        waiting.length > 0 && running < (deployed.reservedConcurrency ?? Number.POSITIVE_INFINITY),
    )
    .toSorted((one, other) => one.running - other.running)[0];
}
