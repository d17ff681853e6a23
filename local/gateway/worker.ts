import { randomUUID } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { moveDate } from '../fake-clock.ts';

/** What a worker is told of its function. */
export type WorkerSettings = {
  /** The bundle's path. */
  readonly bundle: string;
  readonly functionName: string;
  readonly timeoutMs: number;
  /** Of the cloud's clock. */
  readonly clockOffset: SharedArrayBuffer;
};

/** What of Lambda's context ours read, and what one looks for in a log. */
type Context = {
  readonly functionName: string;
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
};

/** What the function gave, or the stack of what it threw. */
export type SandboxAnswer = { readonly result?: unknown; readonly error?: string | undefined };

type Handler = (event: unknown, context: Context) => Promise<unknown>;

const { bundle, functionName, timeoutMs, clockOffset }: WorkerSettings = workerData;

moveDate(clockOffset);

/** Runs one function's bundle, as a warm Lambda does: loaded once, with its own environment, then called for each event. */
const loading: Promise<{ handler: Handler }> = import(bundle);

function newContext(): Context {
  const deadline = performance.now() + timeoutMs;
  return {
    functionName,
    awsRequestId: randomUUID(),
    getRemainingTimeInMillis: () => Math.max(Math.floor(deadline - performance.now()), 0),
  };
}

const answerTo = async (event: unknown): Promise<SandboxAnswer> => {
  try {
    const { handler } = await loading;
    return { result: await handler(event, newContext()) };
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
};

parentPort?.on('message', async (event: unknown) => {
  parentPort?.postMessage(await answerTo(event));
});
