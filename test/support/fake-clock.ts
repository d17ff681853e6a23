import type { RetryClock } from '../../lib/platform/retry.ts';

/** A clock on which only waits take time, and take it at once. `waits`: their lengths in ms. */
export function virtualClock(): RetryClock & { readonly waits: readonly number[] } {
  const waits: number[] = [];
  let now = 0;
  return {
    waits,
    now: () => now,
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
      now += ms;
    },
  };
}
