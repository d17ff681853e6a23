import type { App } from '../apps/app.ts';
import { nextEventRun } from '../events/next-run.ts';
import { publishTaskEvents } from '../events/publish.ts';
import type { InvalidJob, Job } from '../jobs/job.ts';
import { groupBy } from '../platform/collections.ts';
import { DomainError } from '../platform/errors.ts';
import { LABEL } from '../platform/labels.ts';
import { isQueuedEventRun } from '../tasks/concurrency-policy.ts';
import { listUnreportedRuns } from '../tasks/list.ts';
import { pendingSince, queueOf } from '../tasks/queueing.ts';
import type { RunRow } from '../tasks/runs.ts';
import { annotatedTime, isActive } from '../tasks/task.ts';
import { deleteUnstarted, heldBackfills } from './backfills.ts';
import { namespacedName, publishPorts, type ReconcileContext } from './context.ts';

/**
 * Reconciles the tasks of a space: admits queued tasks up to the app's limit, cancels tasks that can't start, and publishes
 * the ends of tasks. When the Jobs could not be listed, tasks under a concurrency policy stay queued, and the ends of jobs'
 * tasks are left for the next reconcile, since the status of their jobs can't be written.
 */
export async function reconcileRuns(
  context: ReconcileContext,
  space: string,
  jobs: readonly (Job | InvalidJob)[] | undefined,
): Promise<void> {
  const rows = await listUnreportedRuns(context.ports, space, {});
  const active = rows.filter(isActive);
  const queued = new Set([
    ...(jobs === undefined
      ? rows.filter(isQueuedEventRun).map(({ name }) => name)
      : await queuedRuns(context, space, rows, jobs)),
    ...(await heldBackfills(context, space, rows, jobs)),
  ]);
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
  const ended = await deleteUnstarted(
    context,
    rows.filter((row) => !isActive(row)),
  );
  const reported = jobs === undefined ? ended.filter((row) => !isOfJob(row)) : ended;
  await publishTaskEvents(publishPorts(context), space, reported, jobs ?? []);
}

/** True for a run that a Job accounts for: its own, and that of an app at a Job's occurrence. */
const isOfJob = (row: RunRow): boolean =>
  row.labels[LABEL.job] !== undefined || annotatedTime(row, 'scheduledTime') !== undefined;

/**
 * Returns the names of event runs that must stay queued by their job's concurrency policy. `Replace` cancels the run that is
 * replaced; one that does not stop at once delays the next run until a later reconcile.
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
    for (const { name } of waiting) queued.add(name);
    await counters.isolate({ space, job: job.name }, async () => {
      const { next } = await nextEventRun(ports, job, { timeoutMs: 0 });
      if (next !== undefined) queued.delete(next);
    });
  }
  return queued;
}

/** Refused runs of an app after which its other queued runs wait for the next reconcile. */
const MAX_REFUSED = 10;

/** Admits queued runs while there is room. One that the cluster refuses stays queued, and the next one gets its place. */
async function admit(
  { ports, counters }: ReconcileContext,
  { space, spec }: App,
  runs: readonly RunRow[],
): Promise<void> {
  const { waiting, ...queue } = queueOf(runs, spec.maxRunning);
  let { capacity } = queue;
  let refused = 0;
  for (const name of waiting) {
    if (capacity <= 0 || refused === MAX_REFUSED) return;
    try {
      if ((await ports.runs.admit(space, name, ports.now())) !== 'admitted') continue;
      counters.count('admitted');
      capacity -= 1;
    } catch (error) {
      if (!(error instanceof DomainError && error.kind === 'invalid')) throw error;
      counters.fail({ space, task: name }, error, false);
      refused += 1;
    }
  }
}

/** Cancels tasks that did not start in time: no node has room, or an image or a Secret is missing. */
async function cancelPending(
  { ports, counters }: ReconcileContext,
  { space, spec }: App,
  runs: readonly RunRow[],
): Promise<void> {
  const now = ports.now();
  const late = runs.filter((run) => pendingSince(run, spec.pendingTimeout, now));
  if (late.length === 0) return;
  const started = (await ports.runs.taskRuns(space, late))
    .filter(({ runningSince, terminated }) => runningSince !== undefined || terminated !== undefined)
    .map(({ run }) => run);
  for (const { name } of late.filter((run) => !started.includes(run.name))) {
    if ((await ports.runs.cancel(space, name, 'PendingTimeout')) === 'cancelling')
      counters.count('pendingTimeout');
  }
}
