import { DomainError } from '../domain/errors.ts';
import type { Claim, Job } from '../domain/job.ts';
import { late, started } from '../domain/job-conditions.ts';
import { ANNOTATION } from '../domain/labels.ts';
import { occurrenceId, taskName } from '../domain/names.ts';
import { isActive } from '../domain/parking.ts';
import type { Ports, RunRow } from '../ports.ts';
import type { Step } from './fired.ts';
import { untoldRuns } from './release-parked.ts';
import { stopRuns } from './replace-runs.ts';
import { findApp, runOccurrence } from './run-occurrence.ts';
import { note, settle } from './settle.ts';

/** A function that took longer than this between its claim and its create looks again first. */
const FROZEN_MS = 10_000;

const nameOf = (job: Job, occurrence: Date): string => taskName(job.name, occurrenceId(occurrence));
const isAt = (occurrence: Date, other: Date): boolean => occurrence.getTime() === other.getTime();

/**
 * Runs one of the occurrences that are due, where no two tasks of a job may run at once. The claim is written
 * first, over the version of the Job that was read: of two that come at once, one reads again and finds it. Whoever
 * finds a claim goes on with it, since the one who wrote it may have died.
 */
export async function claimOccurrence(
  ports: Ports,
  job: Job,
  due: readonly Date[],
  patienceMs: number,
): Promise<Step> {
  const began = ports.now().getTime();
  const { claim } = job.status;
  const claimed = claim && due.find((occurrence) => isAt(occurrence, claim.occurrence));
  const occurrence = claimed ?? choose(job, due);
  if (occurrence === undefined) return {};
  if (claim !== undefined && claimed === undefined) {
    // An outage came between, or another policy: the claim's task is there, or it is missed.
    const isOver = job.spec.concurrencyPolicy === 'Always' || (await isThere(ports, job, claim.occurrence));
    if (isOver) return endClaim(ports, job, claim);
  }

  const app = await findApp(ports, job);
  if ('step' in app) return app.step;
  const own = claimed === undefined ? await newClaim(ports, job, occurrence) : { job, claim };
  if (own === 'changed') return { job: 'changed' };
  if (own.claim === undefined) return { fired: { outcome: 'waiting', occurrence } };

  const runs = await stopRuns(ports, job.space, own.claim.replaces, patienceMs);
  if (runs === 'stillRunning') {
    await note(
      ports,
      own.job,
      late('Waiting', occurrence, 'waits until the tasks that it replaces have stopped.'),
    );
    return { fired: { outcome: 'waiting', occurrence } };
  }
  // Somebody may have taken the claim over meanwhile, as too old: the next step looks again, and need not wait.
  if (runs === 'stoppedAtLast' || ports.now().getTime() - began > FROZEN_MS) return { job: 'changed' };
  return runOccurrence(ports, own.job, occurrence, own.claim);
}

/**
 * Of several that are late, Forbid starts the oldest, and the others wait for it; after a wait only the newest is left.
 * Replace starts the newest, which would replace the others.
 */
const choose = (job: Job, due: readonly Date[]): Date | undefined => {
  const waited = job.status.conditions.some(({ reason }) => reason === 'Waiting');
  return job.spec.concurrencyPolicy === 'Forbid' && !waited ? due[0] : due.at(-1);
};

/** Claims an occurrence. `changed`: somebody else wrote the Job first. No claim: a task runs, and Forbid waits for it. */
async function newClaim(
  ports: Ports,
  job: Job,
  occurrence: Date,
): Promise<{ readonly job: Job; readonly claim?: Claim | undefined } | 'changed'> {
  const active = await activeRuns(ports, job, occurrence);
  const [first] = active;
  const { concurrencyPolicy } = job.spec;
  if (concurrencyPolicy === 'Forbid' && first !== undefined) {
    await note(ports, job, late('Waiting', occurrence, `waits until task "${first.name}" has ended.`));
    return { job };
  }
  const cancelled = concurrencyPolicy === 'Replace' ? active.map(({ name }) => name) : [];
  // What an older claim has cancelled may still run.
  const replaces = [...new Set([...(job.status.claim?.replaces ?? []), ...cancelled])];
  const claim = { occurrence, replaces };
  const written = await ports.jobs.writeStatus(job, { claim });
  if (written === 'overtaken' || written === 'gone' || !('spec' in written)) return 'changed';
  return { job: written, claim };
}

/** The active runs of the job, but for the one of this very occurrence, which an earlier policy may have started. */
async function activeRuns(ports: Ports, job: Job, occurrence: Date): Promise<readonly RunRow[]> {
  const own = nameOf(job, occurrence);
  const rows = await untoldRuns(ports, job.space, { job: job.name });
  return rows.filter((row) => isActive(row) && row.ownerUid === job.uid && row.name !== own);
}

/** Ends a claim of which nothing is due any more: its task is there, or it was missed in an outage. */
export async function endClaim(ports: Ports, job: Job, claim: Claim): Promise<Step> {
  if (await isThere(ports, job, claim.occurrence)) return settleClaim(ports, job, claim);
  await ports.jobs.writeStatus(job, { claim: null });
  return { job: 'changed' };
}

async function settleClaim(ports: Ports, job: Job, { occurrence }: Claim): Promise<Step> {
  const settled = await settle(ports, job, occurrence, started(occurrence));
  if (settled === 'gone') return { fired: { outcome: 'jobGone', occurrence } };
  return { fired: { outcome: 'alreadyStarted', occurrence, task: nameOf(job, occurrence) }, job: settled };
}

async function isThere({ runs }: Ports, job: Job, occurrence: Date): Promise<boolean> {
  try {
    const { ownerUid, annotations } = await runs.get(job.space, nameOf(job, occurrence));
    return ownerUid === job.uid && isAt(new Date(annotations[ANNOTATION.scheduledTime] ?? ''), occurrence);
  } catch (error) {
    if (error instanceof DomainError && error.kind === 'notFound') return false;
    throw error;
  }
}
