import { ANNOTATION } from './labels.ts';
import { isParked, type RunRecord } from './task.ts';

/** What of a run says whether it takes up one of its app's places. */
type Place = Pick<RunRecord, 'name' | 'createdAt' | 'annotations' | 'condition'>;

/** Whether a run has not ended yet; a new one, of which Tekton has said nothing, is active too. */
export const isActive = ({ condition }: Pick<RunRecord, 'condition'>): boolean =>
  condition?.status !== 'True' && condition?.status !== 'False';

/** When a run was asked for: to the millisecond where we wrote it, else in whole seconds. */
export const askedAt = ({ annotations, createdAt }: Pick<Place, 'annotations' | 'createdAt'>): string =>
  annotations[ANNOTATION.requestedAt] ?? createdAt;

/** The parked ones of an app's active runs that may go now, those that wait longest first. */
export function releasable(active: readonly Place[], maxRunning: number | undefined): readonly string[] {
  const parked = active.filter(isParked);
  const free = (maxRunning ?? Number.POSITIVE_INFINITY) - (active.length - parked.length);
  const waiting = parked.toSorted((a, b) => (askedAt(a) < askedAt(b) ? -1 : 1));
  return waiting.slice(0, Math.max(free, 0)).map(({ name }) => name);
}
