import type { App } from '../apps/app.ts';
import { publishTaskEvents } from '../events/publish.ts';
import type { InvalidJob, Job } from '../jobs/job.ts';
import { stopRuns } from '../jobs/replace-runs.ts';
import { groupBy } from '../platform/collections.ts';
import { LABEL } from '../platform/labels.ts';
import { isQueuedEventRun, nextRun } from '../tasks/concurrency-policy.ts';
import { listUnreportedRuns } from '../tasks/list.ts';
import { admissible, pendingSince } from '../tasks/queueing.ts';
import type { RunRow } from '../tasks/runs.ts';
import { isActive } from '../tasks/task.ts';
import { namespacedName, type ReconcileContext } from './context.ts';

/**
 * The tasks of a space: ends are told, parked ones let go where there is room, those that can't start cancelled. Where
 * the Jobs could not be listed, what runs by a job's policy is held back, and ends of jobs' tasks are left for the next
 * minute: their jobs' statuses can't be written.
 */
export async function reconcileRuns(
  context: ReconcileContext,
  space: string,
  jobs: readonly (Job | InvalidJob)[] | undefined,
): Promise<void> {
  const rows = await listUnreportedRuns(context.ports, space, {});
  const active = rows.filter(isActive);
  const queued =
    jobs === undefined
      ? new Set(rows.filter(isQueuedEventRun).map(({ name }) => name))
      : await queuedRuns(context, space, rows, jobs);
  for (const [name = '', runs] of groupBy(active, ({ labels }) => labels[LABEL.app])) {
    const app = context.apps?.get(namespacedName({ space, name }));
    if (app === undefined || !('spec' in app)) continue;
    await context.counters.isolate({ space, app: name }, () =>
      admit(
        context,
        app,
        runs.filter((run) => !queued.has(run.name)),
      ),
    );
    await context.counters.isolate({ space, app: name }, () => cancelPending(context, app, runs));
  }
  const ended = rows.filter((row) => !isActive(row));
  const reported = jobs === undefined ? ended.filter(({ labels }) => labels[LABEL.job] === undefined) : ended;
  await publishTaskEvents({ ...context.ports, counters: context.counters }, space, reported, jobs ?? []);
}

/**
 * The parked runs of events whose turn it is not, by their job's policy. What Replace replaces is cancelled first: one
 * that does not stop at once holds the next one back until another minute.
 */
async function queuedRuns(
  { ports, counters }: ReconcileContext,
  space: string,
  rows: readonly RunRow[],
  jobs: readonly (Job | InvalidJob)[],
): Promise<ReadonlySet<string>> {
  const queued = new Set<string>();
  for (const [uid, waiting] of groupBy(rows.filter(isQueuedEventRun), ({ ownerUid }) => ownerUid)) {
    const job = jobs.find((one) => one.uid === uid);
    if (job === undefined || !('spec' in job) || job.spec.concurrencyPolicy === 'Always') continue;
    const policy = job.spec.concurrencyPolicy;
    for (const { name } of waiting) queued.add(name);
    await counters.isolate({ space, job: job.name }, async () => {
      const ofJob = rows.filter(({ ownerUid }) => ownerUid === uid);
      const { next, stops } = nextRun(ofJob, policy);
      const stopped = await stopRuns(ports, space, stops, 0);
      if (next !== undefined && stopped !== 'stillRunning') queued.delete(next);
    });
  }
  return queued;
}

async function admit(
  { ports, counters }: ReconcileContext,
  { space, spec }: App,
  runs: readonly RunRow[],
): Promise<void> {
  for (const name of admissible(runs, spec.maxRunning)) {
    if ((await ports.runs.admit(space, name, ports.now())) === 'admitted') counters.count('admitted');
  }
}

/** Cancels what could not start in time: no place on a node, an image that is not there, a Secret that is missing. */
async function cancelPending(
  { ports, counters }: ReconcileContext,
  { space, spec }: App,
  runs: readonly RunRow[],
): Promise<void> {
  const now = ports.now();
  const late = runs.filter((run) => pendingSince(run, spec.pendingTimeout, now)).map(({ name }) => name);
  if (late.length === 0) return;
  const started = (await ports.runs.taskRuns(space, late))
    .filter(({ runningSince, terminated }) => runningSince !== undefined || terminated !== undefined)
    .map(({ run }) => run);
  for (const name of late.filter((run) => !started.includes(run))) {
    if ((await ports.runs.cancel(space, name, 'PendingTimeout')) === 'cancelling')
      counters.count('pendingTimeout');
  }
}
