import { type RunEnd, withEnds } from '../jobs/health.ts';
import type { InvalidJob, Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { writeStatus } from '../jobs/status.ts';
import { groupBy, mapConcurrent } from '../platform/collections.ts';
import type { Counters } from '../platform/counters.ts';
import { depthOf } from '../tasks/event.ts';
import type { RowTask } from '../tasks/list.ts';
import type { Runs } from '../tasks/runs.ts';
import { isBackfill, type Task } from '../tasks/task.ts';

/** Ports of recording ends. `written`: jobs that this reconcile wrote last, by uid. */
export type RecordEndsPorts = {
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly counters: Counters;
  readonly now: () => Date;
  readonly written: Map<string, Job | InvalidJob>;
};

/**
 * Counts the ends of tasks in the health of their jobs. Returns those whose job has them now, or needs no write, oldest first:
 * the others are left for the next reconcile.
 */
export async function recordEnds(
  ports: RecordEndsPorts,
  space: string,
  ends: readonly RowTask[],
  jobs: readonly (Job | InvalidJob)[],
): Promise<readonly RowTask[]> {
  const recorded: RowTask[] = [];
  await mapConcurrent([...groupBy(ends, ({ task }) => task.job)], ([name, ofJob]) =>
    ports.counters.isolate({ space, job: name }, async () => {
      const job = jobs.find((one) => one.name === name);
      recorded.push(...(job === undefined ? ofJob : await recordEndsOf(ports, job, ofJob)));
    }),
  );
  return recorded.toSorted((a, b) => endedAt(a) - endedAt(b));
}

async function recordEndsOf(
  ports: RecordEndsPorts,
  job: Job | InvalidJob,
  ends: readonly RowTask[],
): Promise<readonly RowTask[]> {
  // A run that only says by its label that it is the job's has its event, but does not change the job; nor does a backfill.
  const own = await mapConcurrent(
    ends.filter(({ row }) => row.ownerUid === job.uid && !isBackfill(row)).filter(isCounted),
    (end) => toRunEnd(ports, end),
  );
  if (own.length === 0) return ends;
  // A Job that is gone counts nothing any more.
  let counted: ReadonlySet<string> = new Set(own.map(({ name }) => name));
  const written = await writeStatus(ports, ports.written.get(job.uid) ?? job, (current) => {
    const next = withEnds(current, own, ports.now());
    counted = next.counted;
    return next.change;
  });
  if (written === 'conflict') return [];
  if (written !== 'unchanged') ports.written.set(job.uid, written);
  const uncounted = new Set(own.map(({ name }) => name).filter((name) => !counted.has(name)));
  return ends.filter(({ row }) => !uncounted.has(row.name));
}

const endedAt = ({ task }: RowTask): number => Date.parse(task.finishedAt ?? task.createdAt);

/** True for an end that says how the job does: a success or a failure, also to start. A cancelled one says nothing. */
const isCounted = ({ task }: RowTask): boolean => task.state === 'succeeded' || isFailure(task);

const isFailure = ({ state, reason }: Task): boolean =>
  state === 'failed' || state === 'timedOut' || (state === 'cancelled' && reason === 'PendingTimeout');

/** Reason as a condition may have it: the cluster refuses any other text, which others may have written into a TaskRun. */
const conditionReason = (reason = ''): string =>
  /^[A-Za-z][A-Za-z0-9_]{0,99}$/.test(reason) ? reason : 'Failed';

/** End of a task with its time, which of a run without a TaskRun only the run has. */
async function toRunEnd({ runs }: RecordEndsPorts, { row, task }: RowTask): Promise<RunEnd> {
  const finishedAt = task.finishedAt ?? (await runs.find(row.space, row.name))?.completedAt ?? task.createdAt;
  return {
    ...{ name: task.name, finishedAt: new Date(finishedAt), depth: depthOf(row.annotations) },
    reason: isFailure(task) ? conditionReason(task.reason) : undefined,
  };
}
