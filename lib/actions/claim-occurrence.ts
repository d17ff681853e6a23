import type { Claim, Job } from '../domain/job.ts';
import { late, started, withCondition } from '../domain/job-conditions.ts';
import { ANNOTATION } from '../domain/labels.ts';
import { occurrenceId, taskName } from '../domain/names.ts';
import { isActive } from '../domain/parking.ts';
import type { Ports, RunRow } from '../ports.ts';
import type { Step } from './fired.ts';
import { untoldRuns } from './release-parked.ts';
import { stopRuns } from './replace-runs.ts';
import { findApp, runOccurrence } from './run-occurrence.ts';
import { note, settle } from './settle.ts';

/** A function that took longer than this between its claim and its create renews the claim first. */
const FROZEN_MS = 10_000;

/** For so long after it was renewed a claim is its holder's, who may be about to create its task. */
const HELD_MS = 3 * FROZEN_MS;

/** How a function is at work on a job. */
export type Turn = {
  /** How long it may wait for tasks to stop. */
  readonly patienceMs: number;
  /** When it renewed the claim that it holds. */
  readonly held?: Date | undefined;
};

const nameOf = (job: Job, occurrence: Date): string => taskName(job.name, occurrenceId(occurrence));
const isAt = (occurrence: Date, other: Date): boolean => occurrence.getTime() === other.getTime();

/**
 * Runs one of the occurrences that are due, where no two tasks of a job may run at once. The claim is written
 * first, over the version of the Job that was read: of two that come at once, one reads again and finds it. Whoever
 * finds a claim renews it and goes on with it, since the one who wrote it may have died; for a newer occurrence it is
 * taken over only when nobody has renewed it for a while.
 */
export async function claimOccurrence(
  ports: Ports,
  job: Job,
  due: readonly Date[],
  turn: Turn,
): Promise<Step> {
  const began = ports.now();
  const { claim } = job.status;
  const occurrence = choose(job, due);
  if (occurrence === undefined) return {};
  if (claim !== undefined && !isAt(occurrence, claim.occurrence)) {
    // The claim's task is there, or it is missed: a newer one replaces it, an outage came between, or another policy.
    const isOver = job.spec.concurrencyPolicy === 'Always' || (await isThere(ports, job, claim.occurrence));
    if (isOver) return endClaim(ports, job, claim);
    if (isHeldByOther(claim, began, turn)) return { fired: { outcome: 'waiting', occurrence } };
  }
  const app = await findApp(ports, job, occurrence);
  if ('step' in app) return app.step;
  const own = await renewClaim(ports, job, occurrence);
  if (own === 'changed') return { job: 'changed' };
  if (own.claim === undefined) return { fired: { outcome: 'waiting', occurrence } };

  const runs = await stopRuns(ports, job.space, own.claim.replaces, turn.patienceMs);
  if (runs === 'stillRunning') {
    await letGo(ports, own.job, own.claim);
    return { fired: { outcome: 'waiting', occurrence } };
  }
  const isOld = ports.now().getTime() - began.getTime() > FROZEN_MS;
  if (runs === 'stoppedAtLast' || isOld) return { job: 'changed', held: own.claim.renewTime };
  return runOccurrence(ports, own.job, occurrence, own.claim);
}

/** Leaves a claim to whoever comes next, and says what it waits for. */
async function letGo(ports: Ports, job: Job, { occurrence, replaces }: Claim): Promise<void> {
  const waits = late('Waiting', occurrence, 'waits until the tasks that it replaces have stopped.');
  const conditions = withCondition(job.status.conditions, waits, ports.now());
  await ports.jobs.writeStatus(job, { claim: { occurrence, replaces }, conditions });
}

const isHeldByOther = ({ renewTime }: Claim, now: Date, { held }: Turn): boolean =>
  renewTime !== undefined &&
  renewTime.getTime() !== held?.getTime() &&
  now.getTime() - renewTime.getTime() < HELD_MS;

/**
 * Of several that are late, Forbid goes on with the one that is claimed, or starts the oldest, and the others wait for
 * it; after a wait only the newest is left. Replace starts the newest, which would replace the others.
 */
function choose({ spec, status }: Job, due: readonly Date[]): Date | undefined {
  if (spec.concurrencyPolicy !== 'Forbid') return due.at(-1);
  const { claim, conditions } = status;
  const claimed = claim && due.find((occurrence) => isAt(occurrence, claim.occurrence));
  const waited = conditions.some(({ reason }) => reason === 'Waiting');
  return claimed ?? (waited ? due.at(-1) : due[0]);
}

/**
 * Claims an occurrence, or says that its claim is being worked on. `changed`: somebody else wrote the Job first. No
 * claim: a task runs, and Forbid waits for it.
 */
async function renewClaim(
  ports: Ports,
  job: Job,
  occurrence: Date,
): Promise<{ readonly job: Job; readonly claim?: Claim | undefined } | 'changed'> {
  const old = job.status.claim;
  const goesOn = old !== undefined && isAt(old.occurrence, occurrence);
  const active = goesOn ? [] : await activeRuns(ports, job, occurrence);
  const [first] = active;
  const { concurrencyPolicy } = job.spec;
  if (concurrencyPolicy === 'Forbid' && first !== undefined) {
    await note(ports, job, late('Waiting', occurrence, `waits until task "${first.name}" has ended.`));
    return { job };
  }
  const cancelled = concurrencyPolicy === 'Replace' ? active.map(({ name }) => name) : [];
  // What an older claim has cancelled may still run.
  const replaces = [...new Set([...(old?.replaces ?? []), ...cancelled])];
  const claim = { occurrence, replaces, renewTime: ports.now() };
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
  const run = await runs.find(job.space, nameOf(job, occurrence));
  if (run?.ownerUid !== job.uid) return false;
  return isAt(new Date(run.annotations[ANNOTATION.scheduledTime] ?? ''), occurrence);
}
