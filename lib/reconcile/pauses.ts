/**
 * Pauses of what was refused, such as a space that is closed to us. A hint in the memory of one process: where it is lost,
 * each is asked once more.
 */
export type Pauses = {
  /** True while the pause after the last refusal lasts. */
  isPaused(what: string, now: Date): boolean;
  /** True for what was refused when it was asked last. */
  wasRefused(what: string): boolean;
  /** Begins a pause, twice as long as the one before it. */
  refused(what: string, now: Date): void;
  allowed(what: string): void;
};

/** First and longest pause, in ms; a reconcile comes every minute. */
const FIRST_MS = 60_000;
const LONGEST_MS = 5 * 60_000;

/** Taken off a pause, in ms, since a reconcile may come earlier in its minute than the one before. */
const EARLY_MS = 30_000;

/** Pauses that are kept; the oldest goes first. */
const MAX_PAUSES = 10_000;

export function newPauses(): Pauses {
  const pauses = new Map<string, { readonly ms: number; readonly end: number }>();
  return {
    isPaused: (what, now) => now.getTime() < (pauses.get(what)?.end ?? 0),
    wasRefused: (what) => pauses.has(what),
    refused: (what, now) => {
      const ms = Math.min((pauses.get(what)?.ms ?? FIRST_MS) * 2, LONGEST_MS);
      pauses.delete(what);
      const [oldest] = pauses.keys();
      if (oldest !== undefined && pauses.size >= MAX_PAUSES) pauses.delete(oldest);
      pauses.set(what, { ms, end: now.getTime() + ms - EARLY_MS });
    },
    allowed: (what) => void pauses.delete(what),
  };
}
