import type { App } from '../apps/app.ts';
import { DomainError } from '../platform/errors.ts';
import { ANNOTATION } from '../platform/labels.ts';
import { PAGE_SIZE, paginate, toArray } from '../platform/paginate.ts';
import type { Ports } from '../platform/ports.ts';
import type { RunFilter, RunRow } from './runs.ts';
import { isQueued, type RunRecord } from './task.ts';

/** What of a run says whether it takes up one of its app's places. */
type CapacityFields = Pick<RunRecord, 'name' | 'createdAt' | 'annotations' | 'condition'>;

/** Whether a run has not ended yet; a new one, of which Tekton has said nothing, is active too. */
export const isActive = ({ condition }: Pick<RunRecord, 'condition'>): boolean =>
  condition?.status !== 'True' && condition?.status !== 'False';

/** When a run was asked for: to the millisecond where we wrote it, else in whole seconds. */
export const requestedAt = ({
  annotations,
  createdAt,
}: Pick<CapacityFields, 'annotations' | 'createdAt'>): string =>
  annotations[ANNOTATION.requestedAt] ?? createdAt;

/** The parked ones of an app's active runs that may go now, those that wait longest first. */
export function admissible(
  active: readonly CapacityFields[],
  maxRunning: number | undefined,
): readonly string[] {
  const queued = active.filter(isQueued);
  const free = (maxRunning ?? Number.POSITIVE_INFINITY) - (active.length - queued.length);
  const waiting = queued.toSorted((a, b) => (requestedAt(a) < requestedAt(b) ? -1 : 1));
  return waiting.slice(0, Math.max(free, 0)).map(({ name }) => name);
}

/** The active runs that a filter means, and those that ended so short ago that nobody was told. */
export const listUnreportedRuns = (
  { runs }: Ports,
  space: string,
  filter: RunFilter,
): Promise<readonly RunRow[]> =>
  toArray(
    paginate((after) => runs.list(space, { ...filter, unreported: true }, { limit: PAGE_SIZE, after })),
  );

/**
 * Lets a run go that was just created parked, if all active runs of its app, other parked ones too, leave room for it.
 * So two that are created at once never both take the last place: then both wait for the reconcile, which lets the
 * oldest go within a minute. It does the same where this fails: the task is there, and the answer must say so.
 */
export async function admitIfCapacity(ports: Ports, app: App, name: string): Promise<void> {
  const { maxRunning } = app.spec;
  try {
    const others = (await listUnreportedRuns(ports, app.space, { app: app.name })).filter(
      (row) => isActive(row) && row.name !== name,
    );
    if (maxRunning === undefined || others.length < maxRunning)
      await ports.runs.admit(app.space, name, ports.now());
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    ports.log('warn', 'not released', { space: app.space, task: name, why: error.message });
  }
}
