/** Pauses between two polls, in ms: a twentieth of the time waited so far, between these. */
const MIN_PAUSE_MS = 250;
const MAX_PAUSE_MS = 3_000;

/**
 * Pause before the next poll, in ms, after so many ms without news. An end is seen a quarter of a second late in the first five
 * seconds, three seconds late from a minute on; the first minute has 70 polls, each further one 20.
 */
export const pauseAfter = (waitedMs: number): number =>
  Math.min(Math.max(waitedMs / 20, MIN_PAUSE_MS), MAX_PAUSE_MS);
