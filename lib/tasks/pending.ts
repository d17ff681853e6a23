import { ANNOTATION } from '../platform/labels.ts';
import { requestedAt } from './queueing.ts';
import { isQueued, type RunRecord } from './task.ts';

/** Seconds that a task may take to start, where its app says nothing else. */
const DEFAULT_PENDING_SECONDS = 30 * 60;

/**
 * Whether an active run has had the time that it may take to start; it may have started since. The time for which it
 * was parked does not count. A limit of 0 seconds is none.
 */
export function pendingSince(
  run: Pick<RunRecord, 'annotations' | 'createdAt' | 'condition'>,
  limitSeconds: number = DEFAULT_PENDING_SECONDS,
  now: Date,
): boolean {
  if (limitSeconds === 0 || isQueued(run)) return false;
  const since = Date.parse(run.annotations[ANNOTATION.admittedAt] ?? requestedAt(run));
  return now.getTime() - since >= limitSeconds * 1000;
}
