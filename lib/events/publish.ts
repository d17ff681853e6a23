import { mapConcurrent } from '../platform/map-concurrent.ts';
import type { ReconcileContext } from '../reconcile/context.ts';
import type { OutboundEvent } from './outbound-events.ts';

/** Entries of one PutEvents. Each of ours is a few hundred bytes; together they may have 256 KB. */
const BATCH_SIZE = 10;

/** Requests at once: what follows on them, a write for each of their events, is then no more than the cluster has at once. */
const CONCURRENCY = 2;

type Sending<T> = { readonly event: OutboundEvent; readonly of: T };

/**
 * Sends events and calls `taken` for each that the bus took. Those that it did not take, and all of a request that failed,
 * are for the next minute. A request that is begun is followed by its `taken`s; cut off in between, they are sent again.
 */
export async function publishEvents<T>(
  { ports, counters }: ReconcileContext,
  subject: Readonly<Record<string, unknown>>,
  sendings: readonly Sending<T>[],
  taken: (of: T) => Promise<void>,
): Promise<void> {
  const requests = Array.from({ length: Math.ceil(sendings.length / BATCH_SIZE) }, (_, part) =>
    sendings.slice(part * BATCH_SIZE, (part + 1) * BATCH_SIZE),
  );
  await mapConcurrent(
    requests,
    (request) =>
      counters.isolate(subject, async () => {
        const answers = await ports.bus.put(request.map(({ event }) => event));
        const sent = request.filter((_, index) => answers[index] === true);
        ports.metrics.add('EventsPublished', sent.length);
        ports.metrics.add('EventsRejected', request.length - sent.length);
        await mapConcurrent(sent, ({ of }) => taken(of));
      }),
    CONCURRENCY,
  );
}
