import { ANNOTATION } from './labels.ts';
import { askedAt, isActive } from './parking.ts';
import { isParked, type RunRecord } from './task.ts';

/** What of a run says whether it is its turn. */
type Waiting = Pick<RunRecord, 'name' | 'createdAt' | 'annotations' | 'condition'>;

/** A run of an event that waits: for its turn, or for room. */
export const waitsForTurn = (run: Waiting): boolean => isOfEvent(run) && isParked(run);

const isOfEvent = ({ annotations }: Waiting): boolean => annotations[ANNOTATION.eventId] !== undefined;

/**
 * Which of a job's runs that events started may go next, and which must have stopped before it: under Forbid the oldest,
 * once nothing of the job goes; under Replace the newest, and all that was asked for before it is cancelled. `runs`: the
 * job's active ones, and those that have just ended, whose pods may still stop.
 */
export function turnOf(
  runs: readonly Waiting[],
  policy: 'Forbid' | 'Replace',
): { readonly next?: string | undefined; readonly stops: readonly string[] } {
  const active = runs.filter(isActive);
  if (policy === 'Forbid') {
    const isFree = active.every(isParked);
    const [oldest] = active.filter(waitsForTurn).toSorted(byAge);
    return { next: isFree ? oldest?.name : undefined, stops: [] };
  }
  const newest = active.filter(isOfEvent).toSorted(byAge).at(-1);
  if (newest === undefined) return { stops: [] };
  const before = active.filter((run) => run !== newest && byAge(run, newest) < 0);
  const stopping = runs.filter((run) => !isActive(run) && isReplaced(run));
  if (!isParked(newest)) return { stops: before.filter(waitsForTurn).map(({ name }) => name) };
  return { next: newest.name, stops: [...before, ...stopping].map(({ name }) => name) };
}

const isReplaced = ({ annotations }: Waiting): boolean =>
  annotations[ANNOTATION.cancelledBecause] === 'Replaced';

/** Of two that were asked for in the same millisecond the name decides, everywhere alike. */
const byAge = (a: Waiting, b: Waiting): number =>
  Date.parse(askedAt(a)) - Date.parse(askedAt(b)) || (a.name < b.name ? -1 : 1);
