/*
 * A warm function in a process of its own, so that it can be killed: it is given events with the time that it is to
 * take for now, and answers each. Its one argument is the bundle.
 */
import { replaceDate } from '../../../local/fake-clock.ts';

type Event = { readonly id: number; readonly now: number; readonly event: unknown };

const machineNow = Date.now;
const offset = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
const moved = new BigInt64Array(offset);
replaceDate(offset);

const [bundle = ''] = process.argv.slice(2);
const { handler } = await import(bundle);

process.on('message', async ({ id, now, event }: Event) => {
  Atomics.store(moved, 0, BigInt(Math.round(now) - machineNow()));
  try {
    const result: unknown = await handler(event, { getRemainingTimeInMillis: () => 55_000 });
    process.send?.({ id, result });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? error.stack : String(error) });
  }
});
process.send?.('ready');
