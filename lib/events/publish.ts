import { type InvalidJob, type Job, type Missed, writtenSpecOf } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { writeStatus } from '../jobs/status.ts';
import { groupBy, mapConcurrent } from '../platform/collections.ts';
import type { Counters } from '../platform/counters.ts';
import type { Metrics } from '../platform/observability.ts';
import { depthOf } from '../tasks/event.ts';
import { type RowTask, withTaskRuns } from '../tasks/list.ts';
import type { RunRow, Runs } from '../tasks/runs.ts';
import { isBackfill, type Task } from '../tasks/task.ts';
import { type OutboundEvent, runMissed, taskEnded } from './outbound-events.ts';

/** Port to the stage's own event bus. */
export type Bus = {
  /**
   * Sends up to 10 events. Returns for each, in order, true when the bus accepted it; a rejected one may be sent again.
   * Throws `unavailable` when EventBridge gives no answer: some may have been accepted.
   */
  put(events: readonly OutboundEvent[]): Promise<readonly boolean[]>;
};

/** Ports of publishing: the bus, and the runs and jobs that record what it took. */
export type PublishPorts = {
  readonly bus: Bus;
  readonly runs: Runs;
  readonly jobs: Jobs;
  readonly metrics: Metrics;
  readonly counters: Counters;
};

/**
 * Records the ends of a space's tasks and publishes an event of each: the job's status first, then the event, then the
 * label `reported` on the run. After a crash in between, the next reconcile repeats all of it, with the same `eventId`.
 * A failure of one task delays no other.
 */
export async function publishTaskEvents(
  ports: PublishPorts,
  space: string,
  ended: readonly RunRow[],
  jobs: readonly (Job | InvalidJob)[],
): Promise<void> {
  if (ended.length === 0) return;
  const recorded = await recordSuccesses(ports, space, await withTaskRuns(ports, space, ended), jobs);
  await publishEvents(ports, { space }, recorded.flatMap(toTaskMessage), async ({ row, task }) => {
    await ports.runs.markReported(space, row.name);
    ports.counters.count(task.state);
  });
}

/**
 * Publishes an event of each job whose status has missed occurrences that were not reported, and marks them reported.
 * After a crash in between, the next reconcile publishes the same event again; where more were missed since the jobs were
 * listed, it publishes all of them.
 */
export async function publishMissedRuns(
  ports: PublishPorts,
  jobs: readonly (Job | InvalidJob)[],
): Promise<void> {
  const unreported = jobs.flatMap((job) => {
    const { missed } = job.status;
    if (missed === undefined || missed.reported || job.deleting) return [];
    return [{ event: runMissed({ ...job, app: writtenSpecOf(job).app }, missed), of: { job, missed } }];
  });
  await publishEvents(ports, {}, unreported, async ({ job, missed }) => {
    const written = await writeStatus(ports, job, ({ status }) =>
      isSame(missed, status.missed) ? { missed: { ...missed, reported: true } } : undefined,
    );
    ports.counters.count(written === 'conflict' ? 'missedUnrecorded' : 'missedReported');
  });
}

/** Entries in one PutEvents request, which AWS limits to 10. An entry has a few hundred bytes; a request may have 256 KB. */
const BATCH_SIZE = 10;

/** Concurrent PutEvents requests. Each is followed by a write for each of its events, at most 20 at once. */
const CONCURRENCY = 2;

/** An event to publish, and its subject. */
type Message<T> = { readonly event: OutboundEvent; readonly of: T };

/**
 * Publishes events in batches and calls `published` with the subject of each that the bus accepted. Those that it
 * rejected, and all of a request that failed, are left for the next reconcile.
 */
async function publishEvents<T>(
  { bus, metrics, counters }: PublishPorts,
  subject: Readonly<Record<string, unknown>>,
  messages: readonly Message<T>[],
  published: (of: T) => Promise<void>,
): Promise<void> {
  const batches = Array.from({ length: Math.ceil(messages.length / BATCH_SIZE) }, (_, index) =>
    messages.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
  await mapConcurrent(
    batches,
    (batch) =>
      counters.isolate(subject, async () => {
        const results = await bus.put(batch.map(({ event }) => event));
        const accepted = batch.filter((_, index) => results[index] === true);
        metrics.add('EventsPublished', accepted.length);
        metrics.add('EventsRejected', batch.length - accepted.length);
        await mapConcurrent(accepted, ({ of }) => published(of));
      }),
    CONCURRENCY,
  );
}

function toTaskMessage(end: RowTask): Message<RowTask>[] {
  const { row, task } = end;
  const event = taskEnded(task, { space: row.space, uid: row.uid, depth: depthOf(row.annotations) });
  return event === undefined ? [] : [{ event, of: end }];
}

/**
 * Writes `lastSuccessfulTime` of each job. Returns the ends of tasks whose job has it now, or needs no write, oldest first.
 */
async function recordSuccesses(
  { jobs: store, counters }: PublishPorts,
  space: string,
  ends: readonly RowTask[],
  jobs: readonly (Job | InvalidJob)[],
): Promise<readonly RowTask[]> {
  const recorded: RowTask[] = [];
  await mapConcurrent([...groupBy(ends, ({ task }) => task.job)], ([name, ofJob]) =>
    counters.isolate({ space, job: name }, async () => {
      const job = jobs.find((one) => one.name === name);
      // A run that only says by its label that it is the job's has its event, but does not change the job; nor does a backfill.
      const own = ofJob.filter(({ row }) => row.ownerUid === job?.uid && !isBackfill(row));
      const succeeded = newestSuccess(own.map(({ task }) => task));
      if (job !== undefined && succeeded !== undefined && !(await recordSuccess(store, job, succeeded)))
        return;
      recorded.push(...ofJob);
    }),
  );
  return recorded.toSorted((a, b) => endedAt(a) - endedAt(b));
}

const endedAt = ({ task }: RowTask): number => Date.parse(task.finishedAt ?? task.createdAt);

function newestSuccess(tasks: readonly Task[]): Date | undefined {
  const ends = tasks.flatMap(({ state, finishedAt }) =>
    state === 'succeeded' && finishedAt !== undefined ? [Date.parse(finishedAt)] : [],
  );
  return ends.length === 0 ? undefined : new Date(Math.max(...ends));
}

/** Writes the time unless a later one is there. False where other writers were first each time. */
const recordSuccess = async (
  jobs: PublishPorts['jobs'],
  job: Job | InvalidJob,
  succeeded: Date,
): Promise<boolean> => {
  const written = await writeStatus({ jobs }, job, ({ status: { lastSuccessfulTime } }) =>
    lastSuccessfulTime !== undefined && lastSuccessfulTime >= succeeded
      ? undefined
      : { lastSuccessfulTime: succeeded },
  );
  return written !== 'conflict';
};

const isSame = ({ newest }: Missed, now: Missed | undefined): boolean =>
  now?.newest.getTime() === newest.getTime();
