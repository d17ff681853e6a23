import { DomainError } from '../platform/errors.ts';
import { newNonce } from '../platform/names.ts';
import { runsOfApp } from './completion.ts';
import { late } from './conditions.ts';
import { dueOf, nowOfTrigger } from './due-runs.ts';
import { type InvalidJob, isSynced, type Job } from './job.ts';
import { acquireLease, completeLease, type LeaseContext, type LeasePorts } from './lease.ts';
import type { NextStep, OccurrenceResult, Outcome } from './occurrence-result.ts';
import { runOccurrence } from './run-occurrence.ts';
import { recordStarted, setCondition } from './status.ts';
import type { ConditionUpdate } from './with-condition.ts';

/** Ports of running due occurrences. */
export type RunDuePorts = LeasePorts;

type RunDue = {
  readonly space: string;
  readonly job: string;
  /** Current time as the caller knows it; the clock counts where it is later. */
  readonly moment: Date;
  /** Longest wait for tasks to stop under Replace, in ms; the next reconcile continues. */
  readonly timeoutMs: number;
};

/** Limit of one call: occurrences, and repeated reads after other writers. The next call continues. */
const MAX_STEPS = 10;

/**
 * Runs the due occurrences of a job. Idempotent and safe to call concurrently, by triggers and by the reconcile: a task's
 * name is the lock, and under Forbid and Replace a lease in the Job's status. After a crash at any line the next call finds
 * the occurrence still due, with or without its task. Throws `unavailable`.
 */
export async function runDue(ports: RunDuePorts, input: RunDue): Promise<readonly OccurrenceResult[]> {
  try {
    return await runEach(ports, input);
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'forbidden') return [{ outcome: 'spaceClosed' }];
    throw error;
  }
}

async function runEach(
  ports: RunDuePorts,
  { space, job: name, moment, timeoutMs }: RunDue,
): Promise<readonly OccurrenceResult[]> {
  const result: OccurrenceResult[] = [];
  let job = await ports.jobs.find(space, name);
  const context = { holderIdentity: newNonce(ports), timeoutMs };
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const now = new Date(Math.max(moment.getTime(), ports.now().getTime()));
    const idle = whyNotDue(job);
    if (job === undefined || !('spec' in job) || idle !== undefined)
      return result.length > 0 ? result : [{ outcome: idle ?? 'jobGone' }];

    const next = await runNext(ports, job, now, context);
    const isEnd = next.result?.outcome === 'notDue' && result.length > 0;
    if (next.result !== undefined && !isEnd) result.push(next.result);
    if (next.job === undefined) return result;
    job = next.job === 'changed' ? await ports.jobs.find(space, name) : next.job;
  }
  return result;
}

/** Reason why no occurrence of a job may run, at any time. */
function whyNotDue(job: Job | InvalidJob | undefined): Outcome | undefined {
  if (job === undefined || job.deleting) return 'jobGone';
  if (!('spec' in job)) return 'invalid';
  if (job.spec.schedule === undefined) return 'notScheduled';
  if (job.spec.suspend) return 'suspended';
  return isSynced(job) ? undefined : 'notSynced';
}

async function runNext(ports: RunDuePorts, job: Job, now: Date, context: LeaseContext): Promise<NextStep> {
  const { lease } = job.status;
  const { startingDeadlineSeconds, concurrencyPolicy } = job.spec;
  const due = dueOf(job, now);
  if (due.outcome !== 'due') {
    if (lease !== undefined) return completeLease(ports, job, lease);
    if (due.outcome !== 'tooLate') return { result: { outcome: due.outcome } };
    const why = `was missed: it is past the starting deadline of ${startingDeadlineSeconds} s.`;
    return missTooLate(ports, job, due.occurrence, late('TooLate', due.occurrence, why));
  }
  const [first] = due.occurrences;
  const isAlone = runsOfApp(job) || (concurrencyPolicy === 'Always' && lease === undefined);
  return isAlone && first !== undefined
    ? runOccurrence(ports, job, first)
    : acquireLease(ports, job, due.occurrences, context);
}

/** Records an occurrence that is past its starting deadline: for good where the schedule has no other. */
async function missTooLate(
  ports: RunDuePorts,
  job: Job,
  occurrence: Date,
  update: ConditionUpdate,
): Promise<NextStep> {
  const missed = { oldest: occurrence, newest: occurrence, reason: 'TooLate' } as const;
  const result = { outcome: 'tooLate', occurrence } as const;
  if (job.spec.schedule?.at !== undefined) {
    ports.metrics.add('TasksMissed', 1);
    const recorded = await recordStarted(ports, job, occurrence, update, missed);
    return recorded === 'gone' ? { result } : { result, job: recorded };
  }
  // Each later trigger and reconcile finds it again; it is counted once.
  if (await setCondition(ports, job, update, missed)) ports.metrics.add('TasksMissed', 1);
  return { result };
}

/** Longest wait of a trigger for tasks to stop under Replace, in ms; then the reconcile continues. */
const TIMEOUT_MS = 20_000;

type FireJob = {
  readonly space: string;
  readonly job: string;
  /** Minute of the rule. */
  readonly time: Date;
};

/** Handles a schedule trigger. Late, duplicate and spurious triggers are safe. */
export const fireJob = (
  ports: RunDuePorts,
  { space, job, time }: FireJob,
): Promise<readonly OccurrenceResult[]> =>
  runDue(ports, { space, job, moment: nowOfTrigger(ports.now(), time), timeoutMs: TIMEOUT_MS });
