import { setTimeout } from 'node:timers/promises';

const INTERVAL_MS = 100;

/**
 * Asks `probe` again and again until it answers something, and returns that.
 * Throws, naming `what` was awaited, when `withinMs` milliseconds have passed; an error of the probe ends it at once.
 */
export async function eventually<T>(
  probe: () => Promise<T | undefined>,
  { withinMs, what }: { readonly withinMs: number; readonly what: string },
): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() >= deadline) throw new Error(`${what}: not within ${withinMs} ms`);
    await setTimeout(INTERVAL_MS);
  }
}
