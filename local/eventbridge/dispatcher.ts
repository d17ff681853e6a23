import { randomUUID } from 'node:crypto';
import { type Bus, type Buses, busNamed, type Rule, sortedRules } from './bus.ts';
import { matchesEventPattern } from './event-match.ts';
import type { BusEvent, Send } from './event-operations.ts';
import { firesAt } from './expression.ts';
import { inputOf } from './target.ts';

export const MINUTE_MS = 60_000;

/**
 * How late, in seconds, each delivery of a fire is: `[0]` is one, at once; `[0, 90]` is the same event twice; `[]` is
 * one that is lost. AWS promises at least one.
 */
export type Deliveries = (rule: string, moment: Date) => readonly number[];

/** How Lambda goes on with an event that a function failed at. */
export type Retries = {
  /** How often it is called again: 0, 1 or 2. */
  readonly most: number;
  /** An event that is older is given up, in seconds. */
  readonly maximumAgeSeconds: number;
};

export const NO_RETRIES: Retries = { most: 0, maximumAgeSeconds: 0 };

/** An event that Lambda gave up. */
export type RetriesExhausted = {
  readonly targetArn: string;
  readonly event: unknown;
  readonly error: unknown;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly calls: number;
};

/** An event that EventBridge could not hand to a target which names a queue for it. */
export type DeliveryFailed = {
  readonly ruleArn: string;
  readonly targetArn: string;
  /** As it came to the bus. */
  readonly event: unknown;
  readonly code: string;
  readonly message: string;
};

export type FiringOptions = {
  /** Calls a target, as Lambda's asynchronous invocation does. */
  readonly invoke: (targetArn: string, event: unknown) => Promise<void>;
  readonly deliveries: Deliveries;
  /** Told of each call that failed. */
  readonly onError: (error: unknown, targetArn: string) => void;
  /** Whether a rule may call a target. Default: each may. A fire that may not goes to `onError`, once, as AWS drops it. */
  readonly mayInvoke?: ((ruleArn: string, targetArn: string) => boolean) | undefined;
  /** Default: an event that a target rejects is given up. */
  readonly retriesOf?: ((targetArn: string) => Retries) | undefined;
  readonly onRetriesExhausted?: ((event: RetriesExhausted) => void) | undefined;
  readonly onUndelivered?: ((event: DeliveryFailed) => void) | undefined;
};

type Delivery = {
  readonly at: number;
  /** When it was sent first. */
  readonly since: number;
  readonly calls: number;
  /** Absent: it is a call of somebody's, and no rule's. */
  readonly ruleArn?: string;
  readonly targetArn: string;
  readonly event: unknown;
  /** As it came to the bus, where its target names a queue for what can't be delivered. */
  readonly original?: unknown;
};

export type Firing = {
  /** Queues the deliveries of all rules that fire at a minute. */
  fire(minute: Date): void;
  /** Queues the deliveries of an event to the rules of a bus whose patterns it matches. */
  send: Send;
  /** Queues an asynchronous call of a target, for now. */
  call(targetArn: string, event: unknown): void;
  /** When the next delivery is due, in ms since 1970; infinity for none. */
  next(): number;
  /** Makes the deliveries that are due at a moment, all at once. Resolves when each has been answered; never rejects. */
  deliver(moment: Date): Promise<void>;
};

/** Lambda waits a minute before the second call, and two before the third (Lambda Developer Guide, "Error handling"). */
const WAITS_MS = [MINUTE_MS, 2 * MINUTE_MS];

/** The fires of the buses on their way to their targets. A rule that is deleted meanwhile takes none of them back. */
export function createDispatcher(buses: Buses, options: FiringOptions): Firing {
  const { deliveries, onError, retriesOf = () => NO_RETRIES, onRetriesExhausted = () => {} } = options;
  let queue: readonly Delivery[] = [];
  const add = (...more: readonly Delivery[]): void => {
    queue = [...queue, ...more];
  };
  const failed = (delivery: Delivery, error: unknown): void => {
    const { targetArn, event } = delivery;
    onError(error, targetArn);
    if (error instanceof NoPermission) {
      undelivered(delivery, error);
      return;
    }
    const calls = delivery.calls + 1;
    const { most, maximumAgeSeconds } = retriesOf(targetArn);
    const at = buses.now().getTime() + (WAITS_MS[calls - 1] ?? 0);
    if (calls > most) onRetriesExhausted({ targetArn, event, error, calls, condition: 'RetriesExhausted' });
    else if (at - delivery.since > maximumAgeSeconds * 1000)
      onRetriesExhausted({ targetArn, event, error, calls, condition: 'EventAgeExceeded' });
    else add({ ...delivery, at, calls });
  };
  const undelivered = ({ ruleArn, targetArn, original }: Delivery, { message }: NoPermission): void => {
    if (ruleArn !== undefined && original !== undefined)
      options.onUndelivered?.({ ruleArn, targetArn, event: original, code: 'NO_PERMISSIONS', message });
  };
  return {
    fire: (minute) => {
      const bus = busNamed(buses, undefined);
      for (const rule of sortedRules(bus).filter((one) => isDue(one, minute)))
        add(
          ...deliveriesOf(rule, { event: scheduledEvent(buses, rule, minute), moment: minute, deliveries }),
        );
    },
    send: (name, event) => {
      for (const rule of matching(busNamed(buses, name), event))
        add(...deliveriesOf(rule, { event, moment: buses.now(), deliveries }));
    },
    call: (targetArn, event) => {
      const now = buses.now().getTime();
      add({ at: now, since: now, calls: 0, targetArn, event });
    },
    next: () => queue.reduce((soonest, { at }) => Math.min(soonest, at), Number.POSITIVE_INFINITY),
    deliver: async (moment) => {
      const due = queue.filter(({ at }) => at <= moment.getTime());
      queue = queue.filter(({ at }) => at > moment.getTime());
      await Promise.all(
        due.map((delivery) => call(options, delivery).catch((error: unknown) => failed(delivery, error))),
      );
    },
  };
}

/** AWS does not try again what no permission of the target covers. */
class NoPermission extends Error {}

async function call({ invoke, mayInvoke }: FiringOptions, delivery: Delivery): Promise<void> {
  const { ruleArn, targetArn, event } = delivery;
  if (ruleArn !== undefined && mayInvoke?.(ruleArn, targetArn) === false)
    throw new NoPermission(`NO_PERMISSIONS: no permission of ${targetArn} covers ${ruleArn}.`);
  await invoke(targetArn, event);
}

/** A rule that was made or changed within a minute fires from the next one on. */
const isDue = ({ state, schedule, since }: Rule, minute: Date): boolean =>
  state !== 'DISABLED' && schedule !== undefined && since < minute && firesAt(schedule, minute, since);

/** The rules that an event goes to; those with a schedule alone take none. */
const matching = (bus: Bus, event: BusEvent): readonly Rule[] =>
  sortedRules(bus).filter(
    ({ state, pattern }) =>
      state !== 'DISABLED' && pattern !== undefined && matchesEventPattern(pattern, event),
  );

type Fire = { readonly event: unknown; readonly moment: Date; readonly deliveries: Deliveries };

/** Deliveries of one fire carry the same event: a repeated one has the same id. */
const deliveriesOf = (rule: Rule, { event, moment, deliveries }: Fire): readonly Delivery[] =>
  [...rule.targets.values()].flatMap((target) =>
    deliveries(rule.name, moment).map((seconds) => {
      const at = moment.getTime() + seconds * 1000;
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
