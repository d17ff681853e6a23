import type { InvalidJob, Job } from '../jobs/job.ts';
import { nextBackfillRuns } from '../jobs/next-backfill.ts';
import { groupBy } from '../platform/collections.ts';
import { isHeldBackfill, isReserved, isUnstartedBackfill } from '../tasks/backfill.ts';
import type { RunRow } from '../tasks/runs.ts';
import { isActive } from '../tasks/task.ts';
import type { ReconcileContext } from './context.ts';

/**
 * Returns the names of backfills' runs that must stay queued: by the limit of their backfill, and by their job's concurrency
 * policy. When the Jobs could not be listed, all.
 */
export async function heldBackfills(
  { ports, counters }: ReconcileContext,
  space: string,
  rows: readonly RunRow[],
  jobs: readonly (Job | InvalidJob)[] | undefined,
): Promise<ReadonlySet<string>> {
  const waiting = rows.filter((row) => isHeldBackfill(row) || isReserved(row));
  const held = new Set(waiting.map(({ name }) => name));
  for (const uid of groupBy(waiting, ({ ownerUid }) => ownerUid).keys()) {
    const job = jobs?.find((one) => one.uid === uid);
    if (job === undefined || !('spec' in job)) continue;
    await counters.isolate({ space, job: job.name }, async () => {
      const own = rows.filter(({ ownerUid }) => ownerUid === uid);
      for (const name of await nextBackfillRuns(ports, job, own)) held.delete(name);
    });
  }
  return held;
}

/**
 * Deletes runs of backfills that were cancelled before they started, and returns the other ends: their occurrences may be
 * backfilled again, and there is nothing to report.
 */
export async function deleteUnstarted(
  { ports, counters }: ReconcileContext,
  ended: readonly RunRow[],
): Promise<readonly RunRow[]> {
  const unstarted = ended.filter((row) => isUnstartedBackfill(row) && !isActive(row));
  for (const run of unstarted)
    await counters.isolate({ space: run.space, task: run.name }, async () => {
      if ((await ports.runs.delete(run)) === 'deleted') counters.count('backfillDeleted');
    });
  return ended.filter((row) => !unstarted.includes(row));
}
