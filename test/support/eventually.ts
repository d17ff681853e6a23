import { setTimeout } from 'node:timers/promises';

const FIRST_INTERVAL_MS = 10;
const MAX_INTERVAL_MS = 100;

/** Bound of a wait: on a busy machine anything may take so long, and a test that passes waits no longer for it. */
const WITHIN_MS = 100_000;

/**
 * Asks `probe` again, soon at first and then ten times a second, until it answers something, and returns that.
 * Throws, naming `what` was awaited and what was there instead, when `withinMs` milliseconds have passed, by default 100
 * seconds; an error of the probe ends it at once.
 */
export async function eventually<T>(
  probe: () => Promise<T | undefined>,
  {
    withinMs = WITHIN_MS,
    what,
    instead = () => '',
  }: { readonly withinMs?: number; readonly what: string; readonly instead?: () => string },
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (let interval = FIRST_INTERVAL_MS; ; interval = Math.min(2 * interval, MAX_INTERVAL_MS)) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() >= deadline) throw new Error(`${what}: not within ${withinMs} ms. ${instead()}`);
    await setTimeout(interval);
  }
}
