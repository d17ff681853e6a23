import type { ToldEvent } from '../domain/told-events.ts';
import { inParallel } from './in-parallel.ts';
import type { World } from './world.ts';

/** Entries of one PutEvents. Each of ours is a few hundred bytes; together they may have 256 KB. */
const A_REQUEST = 10;

/** Requests at once: what follows on them, a write for each of their events, is then no more than the cluster has at once. */
const AT_ONCE = 2;

type Sending<T> = { readonly event: ToldEvent; readonly of: T };

/**
 * Sends events and calls `taken` for each that the bus took. Those that it did not take, and all of a request that failed,
 * are for the next minute. A request that is begun is followed by its `taken`s; cut off in between, they are sent again.
 */
export async function sendEvents<T>(
  { ports, tally }: World,
  subject: Readonly<Record<string, unknown>>,
  sendings: readonly Sending<T>[],
  taken: (of: T) => Promise<void>,
): Promise<void> {
  const requests = Array.from({ length: Math.ceil(sendings.length / A_REQUEST) }, (_, part) =>
    sendings.slice(part * A_REQUEST, (part + 1) * A_REQUEST),
  );
  await inParallel(
    requests,
    (request) =>
      tally.attempt(subject, async () => {
        const answers = await ports.bus.put(request.map(({ event }) => event));
        const sent = request.filter((_, index) => answers[index] === true);
        ports.metrics.add('EventsTold', sent.length);
        ports.metrics.add('EventsRefused', request.length - sent.length);
        await inParallel(sent, ({ of }) => taken(of));
      }),
    AT_ONCE,
  );
}
