import { DomainError } from '../domain/errors.ts';
import { type BrokenJob, isSynced, type Job } from '../domain/job.ts';
import { late } from '../domain/job-conditions.ts';
import { dueOf } from '../domain/upkeep.ts';
import type { Ports } from '../ports.ts';
import { claimOccurrence, endClaim, type Turn } from './claim-occurrence.ts';
import type { Fired, FireOutcome, Step } from './fired.ts';
import { runOccurrence } from './run-occurrence.ts';
import { note } from './settle.ts';

export type RunDue = {
  readonly space: string;
  readonly job: string;
  /** The moment that is asked about; a clock that has gone past it since counts. */
  readonly moment: Date;
  /** How long Replace may wait for tasks to stop; what is left then is the next reconcile's. */
  readonly patienceMs: number;
};

/** Occurrences of one call, and reads again where others wrote the Job in between; what is left comes with the next. */
const MOST_STEPS = 10;

/**
 * Runs what is due of a job. To be called as often as one likes, by fires and by the reconcile, at the same time too:
 * a task's name is the lock, and under Forbid and Replace a claim in the Job's status. Cut off anywhere, the next call
 * finds the occurrence still due, and its task there or not. Throws `unavailable` when the cluster is out of reach.
 */
export async function runDue(ports: Ports, input: RunDue): Promise<readonly Fired[]> {
  try {
    return await runEach(ports, input);
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'forbidden') return [{ outcome: 'spaceClosed' }];
    throw error;
  }
}

async function runEach(
  ports: Ports,
  { space, job: name, moment, patienceMs }: RunDue,
): Promise<readonly Fired[]> {
  const fired: Fired[] = [];
  let job = await ports.jobs.find(space, name);
  let held: Date | undefined;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const now = new Date(Math.max(moment.getTime(), ports.now().getTime()));
    const idle = whyIdle(job);
    if (job === undefined || !('spec' in job) || idle !== undefined)
      return fired.length > 0 ? fired : [{ outcome: idle ?? 'jobGone' }];

    const next = await runNext(ports, job, now, { patienceMs, held });
    held = next.held;
    const isEnd = next.fired?.outcome === 'notDue' && fired.length > 0;
    if (next.fired !== undefined && !isEnd) fired.push(next.fired);
    if (next.job === undefined) return fired;
    job = next.job === 'changed' ? await ports.jobs.find(space, name) : next.job;
  }
  return fired;
}

/** Why nothing of a job may run whatever the time is. */
function whyIdle(job: Job | BrokenJob | undefined): FireOutcome | undefined {
  if (job === undefined || job.deleting) return 'jobGone';
  if (!('spec' in job)) return 'invalid';
  if (job.spec.schedule === undefined) return 'notScheduled';
  if (job.spec.suspend) return 'suspended';
  return isSynced(job) ? undefined : 'notSynced';
}

async function runNext(ports: Ports, job: Job, now: Date, turn: Turn): Promise<Step> {
  const { claim } = job.status;
  const { startingDeadlineSeconds, concurrencyPolicy } = job.spec;
  const due = dueOf(job, now);
  if (due.outcome !== 'due') {
    if (claim !== undefined) return endClaim(ports, job, claim);
    if (due.outcome !== 'tooLate') return { fired: { outcome: due.outcome } };
    const why = `was missed: it is past the starting deadline of ${startingDeadlineSeconds} s.`;
    // Each fire and each minute sees it again; it was missed once.
    const missed = { oldest: due.occurrence, newest: due.occurrence, reason: 'TooLate' } as const;
    if (await note(ports, job, late('TooLate', due.occurrence, why), missed))
      ports.metrics.add('TasksMissed', 1);
    return { fired: { outcome: 'tooLate', occurrence: due.occurrence } };
  }
  const [first] = due.occurrences;
  return concurrencyPolicy === 'Always' && claim === undefined && first !== undefined
    ? runOccurrence(ports, job, first)
    : claimOccurrence(ports, job, due.occurrences, turn);
}
