import type { InvalidJob, Job } from '../jobs/job.ts';
import { mapConcurrent } from '../platform/collections.ts';
import type { Metrics } from '../platform/observability.ts';
import { depthOf } from '../tasks/event.ts';
import { type RowTask, withTaskRuns } from '../tasks/list.ts';
import type { RunRow } from '../tasks/runs.ts';
import { type OutboundEvent, taskEnded } from './outbound-events.ts';
import { type RecordEndsPorts, recordEnds } from './record-ends.ts';

/** Port to the stage's own event bus. */
export type Bus = {
  /**
   * Sends up to 10 events. Returns for each, in order, true when the bus accepted it; a rejected one may be sent again.
   * Throws `unavailable` when EventBridge gives no answer: some may have been accepted.
   */
  put(events: readonly OutboundEvent[]): Promise<readonly boolean[]>;
};

/** Ports of publishing: the bus, and the runs and jobs that record what it took. */
export type PublishPorts = RecordEndsPorts & {
  readonly bus: Bus;
  readonly metrics: Metrics;
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
  const recorded = await recordEnds(ports, space, await withTaskRuns(ports, space, ended), jobs);
  await publishEvents(ports, { space }, recorded.flatMap(toTaskMessage), async ({ row, task }) => {
    await ports.runs.markReported(space, row.name);
    ports.counters.count(task.state);
  });
}

/** Entries in one PutEvents request, which AWS limits to 10. An entry has a few hundred bytes; a request may have 256 KB. */
const BATCH_SIZE = 10;

/** Concurrent PutEvents requests. Each is followed by a write for each of its events, at most 20 at once. */
const CONCURRENCY = 2;

/** An event to publish, and its subject. */
export type Message<T> = { readonly event: OutboundEvent; readonly of: T };

/**
 * Publishes events in batches and calls `published` with the subject of each that the bus accepted. Those that it
 * rejected, and all of a request that failed, are left for the next reconcile.
 */
export async function publishEvents<T>(
  { bus, metrics, counters }: Pick<PublishPorts, 'bus' | 'metrics' | 'counters'>,
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
