import type { App } from '../apps/app.ts';
import { DomainError } from '../platform/errors.ts';
import type { Log } from '../platform/observability.ts';
import { isHeldBackfill } from './backfill.ts';
import { listUnreportedRuns } from './list.ts';
import type { Runs } from './runs.ts';
import { annotatedTime, isActive, isBackfill, isQueued, type RunRecord, requestedAt } from './task.ts';

/** Ports of admitting a queued run. */
export type AdmitPorts = { readonly runs: Runs; readonly now: () => Date; readonly log: Log };

/** Fields of a run that decide on its place in the queue of its app. */
type QueuedRun = Pick<RunRecord, 'name' | 'createdAt' | 'annotations' | 'condition'>;

/**
 * Queue of an app: names of its queued runs, oldest first and those of backfills last, and how many of them may be admitted.
 * `active`: all its active runs, without those that wait for another reason.
 */
export function queueOf(active: readonly QueuedRun[], maxRunning: number | undefined) {
  const queued = active.filter(isQueued);
  const waiting = queued.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  return {
    waiting: waiting.map(({ name }) => name),
    capacity: (maxRunning ?? Number.POSITIVE_INFINITY) - (active.length - queued.length),
  };
}

const placeOf = (run: QueuedRun): string => `${isBackfill(run) ? 1 : 0} ${orderedBy(run)}`;

/** Time by which runs of one kind are ordered: of backfills the occurrence, since they were requested together. */
const orderedBy = (run: QueuedRun): string =>
  (isBackfill(run) ? annotatedTime(run, 'scheduledTime') : undefined) ?? requestedAt(run);

/**
 * Admits a run that was just created as queued, if all active runs of its app, queued ones too, leave capacity for it; those
 * of backfills that wait for their turn do not count.
 * Two runs created at once never both take the last place: both then wait for the reconcile, which admits the oldest
 * within a minute. A failure is logged, not thrown: the task exists, and the reconcile tries again.
 */
export async function admitIfCapacity(ports: AdmitPorts, app: App, name: string): Promise<void> {
  const { maxRunning } = app.spec;
  try {
    const others = (await listUnreportedRuns(ports, app.space, { app: app.name })).filter(
      (row) => isActive(row) && !isHeldBackfill(row) && row.name !== name,
    );
    if (maxRunning === undefined || others.length < maxRunning)
      await ports.runs.admit(app.space, name, ports.now());
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    ports.log('warn', 'not admitted', { space: app.space, task: name, why: error.message });
  }
}

/** Seconds that a task may take to start, unless its app sets `pendingTimeout`. */
const DEFAULT_PENDING_SECONDS = 30 * 60;

/**
 * True when an active run has had `limitSeconds` to start; it may have started since. Time spent in the queue does not
 * count. 0: no limit.
 */
export function pendingSince(
  run: Pick<RunRecord, 'annotations' | 'createdAt' | 'condition'>,
  limitSeconds: number = DEFAULT_PENDING_SECONDS,
  now: Date,
): boolean {
  if (limitSeconds === 0 || isQueued(run)) return false;
  const since = Date.parse(annotatedTime(run, 'admittedAt') ?? requestedAt(run));
  return now.getTime() - since >= limitSeconds * 1000;
}
