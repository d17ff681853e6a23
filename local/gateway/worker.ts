import { parentPort, workerData } from 'node:worker_threads';

/**
 * Runs one function's bundle, as a warm Lambda does: loaded once, with its own environment, then called for each event.
 * `workerData` is the bundle's path.
 */
const loading: Promise<{ handler: (event: unknown) => Promise<unknown> }> = import(workerData);

parentPort?.on('message', async ({ id, event }: { id: number; event: unknown }) => {
  try {
    const { handler } = await loading;
    parentPort?.postMessage({ id, result: await handler(event) });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.stack : String(error) });
  }
});
