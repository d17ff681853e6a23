import { randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { Codec } from '../data/data.ts';
import { type Bus, type Buses, getBus, type Rule, sortedRules } from './bus.ts';
import { matchesEventPattern } from './event-match.ts';
import type { BusEvent, Send } from './event-operations.ts';
import { firesAt } from './expression.ts';
import { inputOf } from './target.ts';

export const MINUTE_MS = 60_000;

/**
 * Delays in seconds of each delivery of a fire: `[0]` is one immediate delivery, `[0, 90]` a duplicate, `[]` a lost
 * one. AWS promises at least one delivery.
 */
export type Deliveries = (rule: string, time: Date) => readonly number[];

/** Retry policy of Lambda for asynchronous invocations. */
export type Retries = {
  /** 0, 1 or 2. */
  readonly maximumRetryAttempts: number;
  /** Age in seconds after which an event is dropped. */
  readonly maximumEventAgeSeconds: number;
};

export const NO_RETRIES: Retries = { maximumRetryAttempts: 0, maximumEventAgeSeconds: 0 };

/** Event that Lambda gave up after its retries. */
export type RetriesExhausted = {
  readonly targetArn: string;
  readonly event: unknown;
  readonly error: unknown;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly calls: number;
};

/** Event that EventBridge could not deliver to a target with a dead-letter queue. */
export type DeliveryFailed = {
  readonly ruleArn: string;
  readonly targetArn: string;
  /** The event as it was put. */
  readonly event: unknown;
  readonly code: string;
  readonly message: string;
};

export type DispatcherOptions = {
  /** Invokes a target asynchronously. */
  readonly invoke: (targetArn: string, event: unknown) => Promise<void>;
  readonly deliveries: Deliveries;
  /** Called with each failed invocation. */
  readonly onError: (error: unknown, targetArn: string) => void;
  /**
   * Resource policy of a target. Default: every rule may invoke it. A denied delivery goes to `onError` once and is
   * dropped, as in AWS.
   */
  readonly isInvokeAllowed?: ((ruleArn: string, targetArn: string) => boolean) | undefined;
  /** Default: no retries. */
  readonly retriesOf?: ((targetArn: string) => Retries) | undefined;
  readonly onRetriesExhausted?: ((event: RetriesExhausted) => void) | undefined;
  readonly onDeliveryFailed?: ((event: DeliveryFailed) => void) | undefined;
  /** Deliveries that are not made yet. Default: none. */
  readonly queue?: Map<string, Delivery> | undefined;
};

const Delivery = v.object({
  at: v.number(),
  /** Time of the first attempt in ms since 1970. */
  since: v.number(),
  calls: v.number(),
  /** Absent: a direct invocation. */
  ruleArn: v.exactOptional(v.string()),
  targetArn: v.string(),
  event: v.unknown(),
  /** The event as it was put, if the target has a dead-letter queue. */
  original: v.optional(v.unknown()),
});
type Delivery = Readonly<v.InferOutput<typeof Delivery>>;

export const DELIVERY: Codec<Delivery> = {
  encode: (delivery) => delivery,
  decode: (kept) => v.parse(Delivery, kept),
};

export type Dispatcher = {
  /** Queues the deliveries of all rules that fire at a minute. */
  fire(minute: Date): void;
  /** Queues the deliveries of an event to the matching rules of a bus. */
  send: Send;
  /** Queues an asynchronous invocation of a target for now. */
  call(targetArn: string, event: unknown): void;
  /** Time of the next delivery in ms since 1970; infinity if none is queued. */
  next(): number;
  /**
   * Makes all deliveries that are due at a time, concurrently. Resolves when the targets have returned; never rejects.
   */
  deliver(time: Date): Promise<void>;
};

/** Delays before the second and the third attempt (Lambda Developer Guide, "Error handling"). */
const RETRY_DELAYS_MS = [MINUTE_MS, 2 * MINUTE_MS];

/** Creates the delivery queue of the buses. Deleting a rule does not cancel its queued deliveries. */
export function createDispatcher(buses: Buses, options: DispatcherOptions): Dispatcher {
  const { deliveries, onError, retriesOf = () => NO_RETRIES, onRetriesExhausted = () => {} } = options;
  const { queue = new Map<string, Delivery>() } = options;
  const inFlight = new Set<string>();
  const waiting = () => [...queue].filter(([id]) => !inFlight.has(id));
  const add = (...more: readonly Delivery[]): void => {
    for (const delivery of more) queue.set(randomUUID(), delivery);
  };
  const failed = (delivery: Delivery, error: unknown): void => {
    const { targetArn, event } = delivery;
    onError(error, targetArn);
    if (error instanceof NoPermission) {
      deliveryFailed(delivery, error);
      return;
    }
    const calls = delivery.calls + 1;
    const { maximumRetryAttempts, maximumEventAgeSeconds } = retriesOf(targetArn);
    const at = buses.now().getTime() + (RETRY_DELAYS_MS[calls - 1] ?? 0);
    if (calls > maximumRetryAttempts)
      onRetriesExhausted({ targetArn, event, error, calls, condition: 'RetriesExhausted' });
    else if (at - delivery.since > maximumEventAgeSeconds * 1000)
      onRetriesExhausted({ targetArn, event, error, calls, condition: 'EventAgeExceeded' });
    else add({ ...delivery, at, calls });
  };
  const deliveryFailed = ({ ruleArn, targetArn, original }: Delivery, { message }: NoPermission): void => {
    if (ruleArn !== undefined && original !== undefined)
      options.onDeliveryFailed?.({ ruleArn, targetArn, event: original, code: 'NO_PERMISSIONS', message });
  };
  return {
    fire: (minute) => {
      const bus = getBus(buses, undefined);
      for (const rule of sortedRules(bus).filter((one) => isDue(one, minute)))
        add(...deliveriesOf(rule, { event: scheduledEvent(buses, rule, minute), time: minute, deliveries }));
    },
    send: (name, event) => {
      for (const rule of matching(getBus(buses, name), event))
        add(...deliveriesOf(rule, { event, time: buses.now(), deliveries }));
    },
    call: (targetArn, event) => {
      const now = buses.now().getTime();
      add({ at: now, since: now, calls: 0, targetArn, event });
    },
    next: () => waiting().reduce((soonest, [, { at }]) => Math.min(soonest, at), Number.POSITIVE_INFINITY),
    deliver: async (time) => {
      const due = waiting().filter(([, { at }]) => at <= time.getTime());
      for (const [id] of due) inFlight.add(id);
      await Promise.all(
        due.map(async ([id, delivery]) => {
          await call(options, delivery).catch((error: unknown) => failed(delivery, error));
          // Last, so that a delivery that the end of the process cuts is made again at the next start.
          queue.delete(id);
          inFlight.delete(id);
        }),
      );
    },
  };
}

/** Denial by the target's resource policy, which AWS does not retry. */
class NoPermission extends Error {}

async function call({ invoke, isInvokeAllowed }: DispatcherOptions, delivery: Delivery): Promise<void> {
  const { ruleArn, targetArn, event } = delivery;
  if (ruleArn !== undefined && isInvokeAllowed?.(ruleArn, targetArn) === false)
    throw new NoPermission(`NO_PERMISSIONS: no permission of ${targetArn} covers ${ruleArn}.`);
  await invoke(targetArn, event);
}

/** A rule that was created or changed within a minute fires from the next one on. */
const isDue = ({ state, schedule, since }: Rule, minute: Date): boolean =>
  state !== 'DISABLED' && schedule !== undefined && since < minute && firesAt(schedule, minute, since);

/** Enabled rules whose pattern matches the event. */
const matching = (bus: Bus, event: BusEvent): readonly Rule[] =>
  sortedRules(bus).filter(
    ({ state, pattern }) =>
      state !== 'DISABLED' && pattern !== undefined && matchesEventPattern(pattern, event),
  );

type Fire = { readonly event: unknown; readonly time: Date; readonly deliveries: Deliveries };

/** Deliveries of one fire carry the same event with the same id. */
const deliveriesOf = (rule: Rule, { event, time, deliveries }: Fire): readonly Delivery[] =>
  [...rule.targets.values()].flatMap((target) =>
    deliveries(rule.name, time).map((seconds) => {
      const at = time.getTime() + seconds * 1000;
      return {
        at,
        since: at,
        calls: 0,
        ruleArn: rule.arn,
        targetArn: target.Arn,
        event: inputOf(target, event, rule),
        ...(target.DeadLetterConfig === undefined ? {} : { original: event }),
      };
    }),
  );

const scheduledEvent = ({ account, region }: Buses, rule: Rule, minute: Date) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account,
  time: minute.toISOString().replace('.000', ''),
  region,
  resources: [rule.arn],
  detail: {},
});
