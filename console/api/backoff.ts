/** How the last look went. */
export type PollResult = 'changed' | 'same' | 'failed';

/** Pauses between looks, in ms: the shortest, and the longest once nothing changes. */
export type Pauses = { readonly first: number; readonly longest: number };

/** For what people watch, and for lists. */
export const WATCHED: Pauses = { first: 1_000, longest: 5_000 };
export const LISTED: Pauses = { first: 3_000, longest: 15_000 };

const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

/**
 * The pause before the next look. A list that changes is looked at often, a quiet one ever more seldom, and a server that
 * does not answer, too; `retryAfter` (s) is what it asked for.
 */
export function nextPause(
  { first, longest }: Pauses,
  before: number,
  look: PollResult,
  retryAfter: number | undefined = undefined,
): number {
  if (look === 'changed') return first;
  if (look === 'same') return Math.min(Math.max(before, first) * 1.5, Math.max(first, longest));
  const again = Math.min(Math.max(before, FIRST_RETRY_MS / 2) * 2, MAX_RETRY_MS);
  return Math.max(again, (retryAfter ?? 0) * 1_000);
}
