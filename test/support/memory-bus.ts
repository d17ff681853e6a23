import type { OutboundEvent } from '../../lib/events/outbound-events.ts';
import type { Bus } from '../../lib/events/publish.ts';
import { DomainError } from '../../lib/platform/errors.ts';

/** The service's bus in memory. A test may put it out of reach, or let it refuse some events. */
export type MemoryBus = Bus & {
  /** All events that it took, in their order. */
  readonly reported: OutboundEvent[];
  /** Number of events in each request. */
  readonly requests: number[];
  outOfReach: boolean;
  refuses: (event: OutboundEvent) => boolean;
};

export function memoryBus(): MemoryBus {
  const bus: MemoryBus = {
    reported: [],
    requests: [],
    outOfReach: false,
    refuses: () => false,
    async put(events) {
      if (bus.outOfReach)
        throw new DomainError('unavailable', 'EventBridge is out of reach (ECONNREFUSED). Try again.');
      bus.requests.push(events.length);
      const taken = events.map((event) => !bus.refuses(event));
      bus.reported.push(...events.filter((_, index) => taken[index]));
      return taken;
    },
  };
  return bus;
}
