import { ANNOTATION } from '../platform/labels.ts';
import { occurrenceId, taskName } from '../platform/names.ts';
import type { Ports } from '../platform/ports.ts';
import { isActive, listUnreportedRuns } from '../tasks/queueing.ts';
import type { RunRow } from '../tasks/runs.ts';
import { late, started, withCondition } from './conditions.ts';
import type { Job, Lease } from './job.ts';
import type { NextStep } from './occurrence-result.ts';
import { stopRuns } from './replace-runs.ts';
import { findApp, runOccurrence } from './run-occurrence.ts';
import { recordStarted, setCondition } from './status.ts';

/** A function that took longer than this between its claim and its create renews the claim first. */
const RENEW_DEADLINE_MS = 10_000;

/** For so long after it was renewed a claim is its holder's, who may be about to create its task. */
const LEASE_DURATION_MS = 3 * RENEW_DEADLINE_MS;

/** How a function is at work on a job. */
export type LeaseContext = {
  /** How long it may wait for tasks to stop. */
  readonly timeoutMs: number;
  /** When it renewed the claim that it holds. */
  readonly renewedAt?: Date | undefined;
};

const runNameOf = (job: Job, occurrence: Date): string => taskName(job.name, occurrenceId(occurrence));
const isAt = (occurrence: Date, other: Date): boolean => occurrence.getTime() === other.getTime();

/**
 * Runs one of the occurrences that are due, where no two tasks of a job may run at once. The claim is written
 * first, over the version of the Job that was read: of two that come at once, one reads again and finds it. Whoever
 * finds a claim renews it and goes on with it, since the one who wrote it may have died; for a newer occurrence it is
 * taken over only when nobody has renewed it for a while.
 */
export async function acquireLease(
  ports: Ports,
  job: Job,
  due: readonly Date[],
  leaseContext: LeaseContext,
): Promise<NextStep> {
  const began = ports.now();
  const { lease } = job.status;
  const occurrence = chooseOccurrence(job, due);
  if (occurrence === undefined) return {};
  if (lease !== undefined && !isAt(occurrence, lease.occurrence)) {
    // The claim's task is there, or it is missed: a newer one replaces it, an outage came between, or another policy.
    const isOver = job.spec.concurrencyPolicy === 'Always' || (await isThere(ports, job, lease.occurrence));
    if (isOver) return completeLease(ports, job, lease);
    if (isHeldByAnother(lease, began, leaseContext)) return { result: { outcome: 'waiting', occurrence } };
  }
  const app = await findApp(ports, job, occurrence);
  if ('step' in app) return app.step;
  const own = await renewLease(ports, job, occurrence);
  if (own === 'changed') return { job: 'changed' };
  if (own.lease === undefined) return { result: { outcome: 'waiting', occurrence } };

  const runs = await stopRuns(ports, job.space, own.lease.replaces, leaseContext.timeoutMs);
  if (runs === 'stillRunning') {
    await releaseLease(ports, own.job, own.lease);
    return { result: { outcome: 'waiting', occurrence } };
  }
  const isOld = ports.now().getTime() - began.getTime() > RENEW_DEADLINE_MS;
  if (runs === 'stoppedAtLast' || isOld) return { job: 'changed', renewedAt: own.lease.renewTime };
  return runOccurrence(ports, own.job, occurrence, own.lease);
}

/** Leaves a claim to whoever comes next, and says what it waits for. */
async function releaseLease(ports: Ports, job: Job, { occurrence, replaces }: Lease): Promise<void> {
  const waits = late('Waiting', occurrence, 'waits until the tasks that it replaces have stopped.');
  const conditions = withCondition(job.status.conditions, waits, ports.now());
  await ports.jobs.writeStatus(job, { lease: { occurrence, replaces }, conditions });
}

const isHeldByAnother = ({ renewTime }: Lease, now: Date, { renewedAt }: LeaseContext): boolean =>
  renewTime !== undefined &&
  renewTime.getTime() !== renewedAt?.getTime() &&
  now.getTime() - renewTime.getTime() < LEASE_DURATION_MS;

/**
 * Of several that are late, Forbid goes on with the one that is claimed, or starts the oldest, and the others wait for
 * it; after a wait only the newest is left. Replace starts the newest, which would replace the others.
 */
function chooseOccurrence({ spec, status }: Job, due: readonly Date[]): Date | undefined {
  if (spec.concurrencyPolicy !== 'Forbid') return due.at(-1);
  const { lease, conditions } = status;
  const leased = lease && due.find((occurrence) => isAt(occurrence, lease.occurrence));
  const waited = conditions.some(({ reason }) => reason === 'Waiting');
  return leased ?? (waited ? due.at(-1) : due[0]);
}

/**
 * Claims an occurrence, or says that its claim is being worked on. `changed`: somebody else wrote the Job first. No
 * claim: a task runs, and Forbid waits for it.
 */
async function renewLease(
  ports: Ports,
  job: Job,
  occurrence: Date,
): Promise<{ readonly job: Job; readonly lease?: Lease | undefined } | 'changed'> {
  const old = job.status.lease;
  const goesOn = old !== undefined && isAt(old.occurrence, occurrence);
  const active = goesOn ? [] : await activeRuns(ports, job, occurrence);
  const [first] = active;
  const { concurrencyPolicy } = job.spec;
  if (concurrencyPolicy === 'Forbid' && first !== undefined) {
    await setCondition(
      ports,
      job,
      late('Waiting', occurrence, `waits until task "${first.name}" has ended.`),
    );
    return { job };
  }
  const cancelled = concurrencyPolicy === 'Replace' ? active.map(({ name }) => name) : [];
  // What an older claim has cancelled may still run.
  const replaces = [...new Set([...(old?.replaces ?? []), ...cancelled])];
  const lease = { occurrence, replaces, renewTime: ports.now() };
  const written = await ports.jobs.writeStatus(job, { lease });
  if (written === 'overtaken' || written === 'gone' || !('spec' in written)) return 'changed';
  return { job: written, lease };
}

/** The active runs of the job, but for the one of this very occurrence, which an earlier policy may have started. */
async function activeRuns(ports: Ports, job: Job, occurrence: Date): Promise<readonly RunRow[]> {
  const own = runNameOf(job, occurrence);
  const rows = await listUnreportedRuns(ports, job.space, { job: job.name });
  return rows.filter((row) => isActive(row) && row.ownerUid === job.uid && row.name !== own);
}

/** Ends a claim of which nothing is due any more: its task is there, or it was missed in an outage. */
export async function completeLease(ports: Ports, job: Job, lease: Lease): Promise<NextStep> {
  if (await isThere(ports, job, lease.occurrence)) return recordLeased(ports, job, lease);
  await ports.jobs.writeStatus(job, { lease: null });
  return { job: 'changed' };
}

async function recordLeased(ports: Ports, job: Job, { occurrence }: Lease): Promise<NextStep> {
  const recorded = await recordStarted(ports, job, occurrence, started(occurrence));
  if (recorded === 'gone') return { result: { outcome: 'jobGone', occurrence } };
  return {
    result: { outcome: 'alreadyStarted', occurrence, task: runNameOf(job, occurrence) },
    job: recorded,
  };
}

async function isThere({ runs }: Ports, job: Job, occurrence: Date): Promise<boolean> {
  const run = await runs.find(job.space, runNameOf(job, occurrence));
  if (run?.ownerUid !== job.uid) return false;
  return isAt(new Date(run.annotations[ANNOTATION.scheduledTime] ?? ''), occurrence);
}
