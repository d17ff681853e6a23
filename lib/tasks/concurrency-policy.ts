import { ANNOTATION } from '../platform/labels.ts';
import { isActive, isQueued, type RunRecord, requestedAt } from './task.ts';

/** What of a run says whether it is its turn. */
type QueuedRun = Pick<RunRecord, 'name' | 'createdAt' | 'annotations' | 'condition'>;

/** A run of an event that waits: for its turn, or for room. */
export const isQueuedEventRun = (run: QueuedRun): boolean => isOfEvent(run) && isQueued(run);

const isOfEvent = ({ annotations }: QueuedRun): boolean => annotations[ANNOTATION.eventId] !== undefined;

/**
 * Which of a job's runs that events started may go next, and which must have stopped before it: under Forbid the oldest,
 * once nothing of the job goes; under Replace the newest, and all that was asked for before it is cancelled. `runs`: the
 * job's active ones, and those that have just ended, whose pods may still stop.
 */
export function nextRun(
  runs: readonly QueuedRun[],
  policy: 'Forbid' | 'Replace',
): { readonly next?: string | undefined; readonly stops: readonly string[] } {
  const active = runs.filter(isActive);
  if (policy === 'Forbid') {
    const isFree = active.every(isQueued);
    const [oldest] = active.filter(isQueuedEventRun).toSorted(byAge);
    return { next: isFree ? oldest?.name : undefined, stops: [] };
  }
  const newest = active.filter(isOfEvent).toSorted(byAge).at(-1);
  if (newest === undefined) return { stops: [] };
  const before = active.filter((run) => run !== newest && byAge(run, newest) < 0);
  const stopping = runs.filter((run) => !isActive(run) && isReplaced(run));
  if (!isQueued(newest)) return { stops: before.filter(isQueuedEventRun).map(({ name }) => name) };
  return { next: newest.name, stops: [...before, ...stopping].map(({ name }) => name) };
}

const isReplaced = ({ annotations }: QueuedRun): boolean =>
  annotations[ANNOTATION.cancelledBecause] === 'Replaced';

/** Of two that were asked for in the same millisecond the name decides, everywhere alike. */
const byAge = (a: QueuedRun, b: QueuedRun): number =>
  Date.parse(requestedAt(a)) - Date.parse(requestedAt(b)) || (a.name < b.name ? -1 : 1);
