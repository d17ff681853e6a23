import { occurrenceId, taskName } from '../platform/names.ts';
import { counts } from '../tasks/concurrency-policy.ts';
import { listUnreportedRuns } from '../tasks/list.ts';
import type { RunRow, Runs } from '../tasks/runs.ts';
import { annotatedTime, isVerified } from '../tasks/task.ts';
import { late, started } from './conditions.ts';
import type { InvalidJob, Job, Lease } from './job.ts';
import type { Jobs } from './jobs.ts';
import type { NextStep } from './occurrence-result.ts';
import { type ReplacePorts, stopRuns } from './replace-runs.ts';
import { findApp, type RunOccurrencePorts, runOccurrence } from './run-occurrence.ts';
import { recordStarted, setCondition } from './status.ts';
import { withCondition } from './with-condition.ts';

/** Ports of leasing an occurrence. */
export type LeasePorts = RunOccurrencePorts & ReplacePorts;

/** Age, in ms, from which a holder renews its lease before it creates the task. */
const RENEW_DEADLINE_MS = 10_000;

/** Time after a renewal, in ms, in which nobody takes the lease over for a newer occurrence. */
const LEASE_DURATION_MS = 3 * RENEW_DEADLINE_MS;

/** Holder of a lease, and the time that it has. */
export type LeaseContext = {
  /** Random value of one call of `runDue`: no other function has it. */
  readonly holderIdentity: string;
  /** Longest wait for tasks to stop, in ms. */
  readonly timeoutMs: number;
};

const runNameOf = (job: Job, occurrence: Date): string => taskName(job.name, occurrenceId(occurrence));
const isAt = (occurrence: Date, other: Date): boolean => occurrence.getTime() === other.getTime();

/**
 * Runs one of the due occurrences of a job whose tasks may not overlap (Forbid, Replace). The lease is written first, over
 * the version of the Job that was read: of two concurrent calls one loses, reads again and finds it. A function that
 * finds an existing lease renews it and takes over, in case its holder crashed; for a newer occurrence only when the
 * lease was not renewed for {@link LEASE_DURATION_MS}.
 */
export async function acquireLease(
  ports: LeasePorts,
  job: Job,
  due: readonly Date[],
  context: LeaseContext,
): Promise<NextStep> {
  const startedAt = ports.now();
  const { lease } = job.status;
  const occurrence = chooseOccurrence(job, due);
  if (occurrence === undefined) return {};
  if (lease !== undefined && !isAt(occurrence, lease.occurrence)) {
    // The lease's task exists, or its occurrence is missed: a newer one replaces it, after an outage or a change of policy.
    const isOver = job.spec.concurrencyPolicy === 'Always' || (await isThere(ports, job, lease.occurrence));
    if (isOver) return completeLease(ports, job, lease);
    if (isHeldByAnother(lease, startedAt, context)) return { result: { outcome: 'waiting', occurrence } };
  }
  const app = await findApp(ports, job, occurrence);
  if ('step' in app) return app.step;
  const own = await renewLease(ports, job, occurrence, context);
  if (own === 'changed') return { job: 'changed' };
  if (own.lease === undefined) return { result: { outcome: 'waiting', occurrence } };

  const runs = await stopRuns(ports, job.space, own.lease.replaces, context.timeoutMs);
  if (runs === 'stillRunning') {
    await releaseLease(ports, own.job, occurrence, 'waits until the tasks that it replaces have stopped.');
    return { result: { outcome: 'waiting', occurrence } };
  }
  const isOld = ports.now().getTime() - startedAt.getTime() > RENEW_DEADLINE_MS;
  if (runs === 'stoppedAtLast' || isOld) return { job: 'changed' };
  return runOccurrence(ports, own.job, occurrence, own.lease);
}

/**
 * Leaves the lease without a holder, so that any function may take it over and events may start tasks, and records what the
 * occurrence waits for.
 */
async function releaseLease(
  ports: { readonly jobs: Jobs; readonly now: () => Date },
  job: Job,
  occurrence: Date,
  why: string,
): Promise<void> {
  const waiting = late('Waiting', occurrence, why);
  const { lease } = job.status;
  if (!isHeld(job) || lease === undefined) {
    await setCondition(ports, job, waiting);
    return;
  }
  const conditions = withCondition(job.status.conditions, waiting, {
    generation: job.generation,
    now: ports.now(),
  });
  const released = { occurrence: lease.occurrence, replaces: lease.replaces };
  await ports.jobs.writeStatus(job, { lease: released, conditions });
}

/** True while a function is starting the task of an occurrence: no other task of the job may start meanwhile. */
export const isHeld = ({ status }: Job | InvalidJob): boolean => status.lease?.holderIdentity !== undefined;

const isHeldByAnother = (lease: Lease, now: Date, { holderIdentity }: LeaseContext): boolean =>
  lease.renewTime !== undefined &&
  lease.holderIdentity !== holderIdentity &&
  now.getTime() - lease.renewTime.getTime() < LEASE_DURATION_MS;

/**
 * The occurrence to run, of several that are late. Forbid: the leased one, else the oldest, and the others wait; after a
 * wait the newest. Replace: the newest, which would cancel the others anyway.
 */
function chooseOccurrence({ spec, status }: Job, due: readonly Date[]): Date | undefined {
  if (spec.concurrencyPolicy !== 'Forbid') return due.at(-1);
  const { lease, conditions } = status;
  const leased =
    lease?.holderIdentity === undefined
      ? undefined
      : due.find((occurrence) => isAt(occurrence, lease.occurrence));
  const waited = conditions.some(({ reason }) => reason === 'Waiting');
  return leased ?? (waited ? due.at(-1) : due[0]);
}

/**
 * Writes the lease of an occurrence, with this holder, before and after which it lists the runs: an event's run that it does
 * not see then was created later, finds the lease and stays queued. `changed`: another writer of the Job came first, or a
 * run that is to be replaced. No lease in the result: a task is active, and Forbid waits for it.
 */
async function renewLease(
  ports: LeasePorts,
  job: Job,
  occurrence: Date,
  { holderIdentity }: LeaseContext,
): Promise<{ readonly job: Job; readonly lease?: Lease | undefined } | 'changed'> {
  const active = await activeRuns(ports, job, occurrence);
  if (await waitsFor(ports, job, occurrence, active)) return { job };
  // Runs that an older lease has cancelled may not have stopped yet.
  const replaces = replacedBy(job, active);
  const lease = { occurrence, replaces, holderIdentity, renewTime: ports.now() };
  const written = await ports.jobs.writeStatus(job, { lease });
  if (written === 'conflict' || written === 'gone' || !('spec' in written)) return 'changed';
  const since = await activeRuns(ports, written, occurrence);
  if (await waitsFor(ports, written, occurrence, since)) return { job: written };
  return replacedBy(written, since).length > replaces.length ? 'changed' : { job: written, lease };
}

/** Names of the runs that must have stopped: of the lease, and under Replace all active ones. */
const replacedBy = ({ spec, status }: Job, active: readonly RunRow[]): readonly string[] => {
  const cancelled = spec.concurrencyPolicy === 'Replace' ? active.map(({ name }) => name) : [];
  return [...new Set([...(status.lease?.replaces ?? []), ...cancelled])];
};

/** True when Forbid makes an occurrence wait for an active run; its lease is released. One whose task exists waits for none. */
async function waitsFor(
  ports: LeasePorts,
  job: Job,
  occurrence: Date,
  [first]: readonly RunRow[],
): Promise<boolean> {
  if (job.spec.concurrencyPolicy !== 'Forbid' || first === undefined) return false;
  const { lease } = job.status;
  if (lease !== undefined && isAt(lease.occurrence, occurrence) && (await isThere(ports, job, occurrence)))
    return false;
  await releaseLease(ports, job, occurrence, `waits until task "${first.name}" has ended.`);
  return true;
}

/** Active runs that the policy counts, without the one of this very occurrence, which another policy may have started before. */
async function activeRuns(
  ports: { readonly runs: Runs },
  job: Job,
  occurrence: Date,
): Promise<readonly RunRow[]> {
  const own = runNameOf(job, occurrence);
  const rows = await listUnreportedRuns(ports, job.space, { job: job.name });
  return rows.filter(
    (row) => counts(row, job.spec.concurrencyPolicy) && row.ownerUid === job.uid && row.name !== own,
  );
}

/** Ends a lease whose occurrence is no longer due: its task exists, or an outage made it miss its time. */
export async function completeLease(ports: LeasePorts, job: Job, lease: Lease): Promise<NextStep> {
  if (await isThere(ports, job, lease.occurrence)) return recordLeased(ports, job, lease);
  await ports.jobs.writeStatus(job, { lease: null });
  return { job: 'changed' };
}

async function recordLeased(
  ports: { readonly jobs: Jobs; readonly now: () => Date },
  job: Job,
  { occurrence }: Lease,
): Promise<NextStep> {
  const recorded = await recordStarted(ports, job, occurrence, started(occurrence));
  if (recorded === 'gone') return { result: { outcome: 'jobGone', occurrence } };
  return {
    result: { outcome: 'alreadyStarted', occurrence, task: runNameOf(job, occurrence) },
    job: recorded,
  };
}

/** True when the run of an occurrence exists, belongs to this very Job, and Taskbridge created it. */
async function isThere({ runs }: { readonly runs: Runs }, job: Job, occurrence: Date): Promise<boolean> {
  const run = await runs.find(job.space, runNameOf(job, occurrence));
  if (run?.ownerUid !== job.uid || !isVerified(run)) return false;
  return isAt(new Date(annotatedTime(run, 'scheduledTime') ?? ''), occurrence);
}
