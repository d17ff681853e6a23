import { ANNOTATION } from '../platform/labels.ts';
import { isHeldBackfill } from './backfill.ts';
import { isActive, isBackfill, isQueued, type RunRecord, requestedAt } from './task.ts';

/** Fields of a run that decide on its order. */
type OrderedRun = Pick<RunRecord, 'name' | 'createdAt' | 'annotations' | 'condition'>;

/** True for an event's run that is queued: by the concurrency policy, or by the app's limit. */
export const isQueuedEventRun = (run: OrderedRun): boolean => isOfEvent(run) && isQueued(run);

const isOfEvent = ({ annotations }: OrderedRun): boolean => annotations[ANNOTATION.eventId] !== undefined;

/**
 * True for an active run that an occurrence or an event meets under a concurrency policy. Replace does not see the runs of
 * backfills, and Forbid only those that have started.
 */
export const counts = (run: OrderedRun, policy: 'Always' | 'Forbid' | 'Replace'): boolean =>
  isActive(run) && !(policy === 'Replace' ? isBackfill(run) : isHeldBackfill(run));

/**
 * Selects the event's run of a job that is admitted next, and the runs that must have stopped before it. Forbid: the
 * oldest, once no other run of the job is active, not even one that waits for its app's limit. Replace: the newest; all runs
 * requested before it are cancelled, and it waits for one requested after it. `runs`: the job's active runs, and those that
 * have just ended, whose pods may still be terminating.
 */
export function nextRun(
  runs: readonly OrderedRun[],
  policy: 'Forbid' | 'Replace',
): { readonly next?: string | undefined; readonly stops: readonly string[] } {
  const active = runs.filter((run) => counts(run, policy));
  if (policy === 'Forbid') {
    const isFree = active.every(isQueuedEventRun);
    const [oldest] = active.filter(isQueuedEventRun).toSorted(byAge);
    return { next: isFree ? oldest?.name : undefined, stops: [] };
  }
  const newest = active.filter(isOfEvent).toSorted(byAge).at(-1);
  if (newest === undefined) return { stops: [] };
  const before = active.filter((run) => run !== newest && byAge(run, newest) < 0);
  const stopping = runs.filter((run) => !isActive(run) && isReplaced(run));
  const isLast = active.every((run) => run === newest || byAge(run, newest) < 0);
  if (!isQueued(newest) || !isLast) return { stops: before.filter(isQueuedEventRun).map(({ name }) => name) };
  return { next: newest.name, stops: [...before, ...stopping].map(({ name }) => name) };
}

const isReplaced = ({ annotations }: OrderedRun): boolean =>
  annotations[ANNOTATION.cancelledBecause] === 'Replaced';

/** Comparator that sorts the oldest request first, then by name. */
const byAge = (a: OrderedRun, b: OrderedRun): number =>
  Date.parse(requestedAt(a)) - Date.parse(requestedAt(b)) || (a.name < b.name ? -1 : 1);
