import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { replaceDate } from '../fake-clock.ts';

/** Settings of a worker, from the pool. */
export type WorkerSettings = {
  /** Path of the bundle. */
  readonly bundle: string;
  readonly functionName: string;
  readonly timeoutMs: number;
  /** Offset of the cloud's clock. */
  readonly clockOffset: SharedArrayBuffer;
};

/** The part of Lambda's context that the functions read or log. */
type Context = {
  readonly functionName: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
};

/** Result of the function, or the stack of the error that it threw. */
export type InvocationResult = { readonly result?: unknown; readonly error?: string | undefined };

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const { bundle, functionName, timeoutMs, clockOffset }: WorkerSettings = workerData;

replaceDate(clockOffset);

/**
 * Loads one function's bundle once, as a warm Lambda does, with its own environment, then invokes it for each event.
 */
const loading: Promise<{ handler: Handler }> = import(bundle);

function createContext(): Context {
  const deadline = performance.now() + timeoutMs;
  return {
    functionName,
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => Math.max(Math.floor(deadline - performance.now()), 0),
  };
}

const answerTo = async (event: unknown): Promise<InvocationResult> => {
  try {
    const { handler } = await loading;
    return { result: await handler(event, createContext()) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};

parentPort?.on('message', async (event: unknown) => {
  parentPort?.postMessage(await answerTo(event));
});
