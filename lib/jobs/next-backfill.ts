import { backfillMarkOf, isHeldBackfill, isReserved } from '../tasks/backfill.ts';
import { listUnreportedRuns } from '../tasks/list.ts';
import type { RunRow, Runs } from '../tasks/runs.ts';
import { annotatedTime, isActive, isBackfill, isQueued } from '../tasks/task.ts';
import { dueOf } from './due-runs.ts';
import type { InvalidJob, Job } from './job.ts';
import type { Jobs } from './jobs.ts';

/** Ports of selecting the next runs of backfills. */
export type NextBackfillPorts = { readonly jobs: Jobs; readonly runs: Runs; readonly now: () => Date };

/**
 * Names of the queued runs of a job's backfills that may be admitted, oldest occurrence first: as many as the limit of each
 * allows. Under Forbid one, while nothing else of the job is active, queued events too, and no occurrence is due. `rows`: the
 * unreported runs of the job.
 */
export async function nextBackfillRuns(
  ports: NextBackfillPorts,
  job: Job,
  rows: readonly RunRow[],
): Promise<readonly string[]> {
  if (job.deleting) return [];
  return job.spec.concurrencyPolicy === 'Forbid' ? nextAlone(ports, job, rows) : withinLimits(rows);
}

function withinLimits(rows: readonly RunRow[]): readonly string[] {
  const next: string[] = [];
  const running = rows.filter((row) => isBackfill(row) && isActive(row) && !isWaiting(row)).length;
  for (const row of waitingOf(rows)) {
    if (running + next.length >= backfillMarkOf(row).maxRunning) break;
    next.push(row.name);
  }
  return next;
}

const isWaiting = (row: RunRow): boolean => isHeldBackfill(row) || isReserved(row);

/** Queued runs of backfills, oldest occurrence first. Tekton has yet to see those without a condition. */
const waitingOf = (rows: readonly RunRow[]): readonly RunRow[] =>
  rows
    .filter((row) => isWaiting(row) && isQueued(row))
    .toSorted((a, b) => Number(isReserved(b)) - Number(isReserved(a)) || occurrenceOf(a) - occurrenceOf(b));

const occurrenceOf = (row: RunRow): number => Date.parse(annotatedTime(row, 'scheduledTime') ?? '');

/**
 * The next run under Forbid. It is reserved before the Job and its runs are read again: an occurrence writes its lease and then
 * lists the runs, so of the two at one moment one sees the other, and both give way if both do. Cut after the reservation, the
 * occurrence waits, and the next reconcile frees the run.
 */
async function nextAlone(
  ports: NextBackfillPorts,
  job: Job,
  rows: readonly RunRow[],
): Promise<readonly string[]> {
  const [next] = waitingOf(rows);
  if (next === undefined) return [];
  const { space, name } = job;
  if (!isReserved(next)) {
    if (!isAlone(job, rows, next, ports.now())) return [];
    await ports.runs.reserve(space, next.name, ports.now());
  }
  const current = await ports.jobs.find(space, name);
  const since = await listUnreportedRuns(ports, space, { job: name });
  if (current?.uid === job.uid && isAlone(current, since, next, ports.now())) return [next.name];
  await ports.runs.reserve(space, next.name, undefined);
  return [];
}

/** True when neither an occurrence is due or being started nor another run of the job is active. */
function isAlone(job: Job | InvalidJob, rows: readonly RunRow[], next: RunRow, now: Date): boolean {
  if (!('spec' in job) || job.status.lease !== undefined || dueOf(job, now).outcome === 'due') return false;
  return !rows.some(
    (row) => row.ownerUid === job.uid && isActive(row) && !isHeldBackfill(row) && row.name !== next.name,
  );
}
