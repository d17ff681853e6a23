import { mapConcurrent } from '../platform/collections.ts';
import { isHeldBackfill } from '../tasks/backfill.ts';
import { listUnreportedRuns } from '../tasks/list.ts';
import { isActive, isBackfill, isFinished } from '../tasks/task.ts';
import { type CancelPorts, onceCancellable } from '../tasks/terminate.ts';
import type { Jobs } from './jobs.ts';

/** Ports of cancelling a backfill. */
export type CancelBackfillPorts = CancelPorts & { readonly jobs: Jobs };

/** Runs that are being cancelled, and those for which there was no time. */
export type CancelledBackfill = { readonly cancelled: number; readonly remaining: number };

/** Time in ms after which no more runs are cancelled: the gateway waits for 30 s. */
const CANCEL_MS = 15_000;

/**
 * Cancels all backfills of a job: first the runs that wait, so that none takes the place of one that stops, then those that run.
 * Idempotent; cut anywhere, a repeat cancels the rest. The reconcile deletes those that never started, so that their occurrences
 * may be backfilled again. Throws `notFound`.
 */
export async function cancelBackfill(
  ports: CancelBackfillPorts,
  { space, job: name }: { readonly space: string; readonly job: string },
): Promise<CancelledBackfill> {
  const until = ports.now().getTime() + CANCEL_MS;
  const { uid } = await ports.jobs.get(space, name);
  const rows = (await listUnreportedRuns(ports, space, { job: name })).filter(
    (row) => row.ownerUid === uid && isBackfill(row) && isActive(row),
  );
  let [cancelled, remaining] = [0, 0];
  const cancel = async ({ name: run, isHeld }: { name: string; isHeld: boolean }): Promise<void> => {
    if (ports.now().getTime() >= until) remaining += 1;
    else if (await cancelOne(ports, space, run, isHeld)) cancelled += 1;
  };
  const runs = rows.map((row) => ({ name: row.name, isHeld: isHeldBackfill(row) }));
  await mapConcurrent(
    runs.filter(({ isHeld }) => isHeld),
    cancel,
  );
  await mapConcurrent(
    runs.filter(({ isHeld }) => !isHeld),
    cancel,
  );
  return { cancelled, remaining };
}

/** Cancels a run and returns true; false for one that is over. One that waits needs one request, unless it was just admitted. */
async function cancelOne(ports: CancelPorts, space: string, run: string, isHeld: boolean): Promise<boolean> {
  const queued = isHeld ? await ports.runs.cancelQueued(space, run) : 'started';
  if (queued !== 'started') return queued === 'cancelling';
  const found = await onceCancellable(ports, space, run);
  if (found === undefined || isFinished(found.task.state)) return false;
  return (await ports.runs.cancel(space, run)) === 'cancelling';
}
