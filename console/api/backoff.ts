/** Result of the last poll. */
export type PollResult = 'changed' | 'same' | 'failed';

/** Poll intervals in ms: the shortest, and the longest while nothing changes. */
export type Pauses = { readonly first: number; readonly longest: number };

/** Poll intervals of a single resource. */
export const WATCHED: Pauses = { first: 1_000, longest: 5_000 };
/** Poll intervals of a list. */
export const LISTED: Pauses = { first: 3_000, longest: 15_000 };

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

/**
 * Pause before the next poll, in ms. Short after a change; backs off while nothing changes and while requests fail.
 * `retryAfter`: minimum after a failure, in seconds.
 */
export function nextPause(
  { first, longest }: Pauses,
  before: number,
  look: PollResult,
  retryAfter: number | undefined = undefined,
): number {
  if (look === 'changed') return first;
  if (look === 'same') return Math.min(Math.max(before, first) * 1.5, Math.max(first, longest));
  const retry = Math.min(Math.max(before, FIRST_RETRY_MS / 2) * 2, MAX_RETRY_MS);
  return Math.max(retry, (retryAfter ?? 0) * 1_000);
}
