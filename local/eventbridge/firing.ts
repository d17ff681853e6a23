import { randomUUID } from 'node:crypto';
import { type Bus, type Rule, sortedRules } from './bus.ts';
import { firesAt } from './expression.ts';
import { inputOf } from './target.ts';

export const MINUTE_MS = 60_000;

/**
 * How late, in seconds, each delivery of a fire is: `[0]` is one, at once; `[0, 90]` is the same event twice; `[]` is
 * one that is lost. AWS promises at least one.
 */
export type Deliveries = (rule: string, minute: Date) => readonly number[];

export type FiringOptions = {
  /** Calls a target, as Lambda's asynchronous invocation does. It is not called again for an event that it rejects. */
  readonly invoke: (targetArn: string, event: unknown) => Promise<void>;
  readonly deliveries: Deliveries;
  readonly onError: (error: unknown, targetArn: string) => void;
  /** Whether a rule may call a target. Default: each may. A fire that may not goes to `onError`, once, as AWS drops it. */
  readonly mayInvoke?: ((ruleArn: string, targetArn: string) => boolean) | undefined;
};

type Delivery = {
  readonly at: number;
  readonly ruleArn: string;
  readonly targetArn: string;
  readonly event: unknown;
};

export type Firing = {
  /** Queues the deliveries of all rules that fire at a minute. */
  fire(minute: Date): void;
  /** When the next delivery is due, in ms since 1970; infinity for none. */
  next(): number;
  /** Makes the deliveries that are due at a moment, all at once. Resolves when each has been answered; never rejects. */
  deliver(moment: Date): Promise<void>;
};

/** The fires of a bus on their way to their targets. A rule that is deleted meanwhile takes none of them back. */
export function newFiring(bus: Bus, options: FiringOptions): Firing {
  const { invoke, deliveries, onError, mayInvoke = () => true } = options;
  let queue: readonly Delivery[] = [];
  const call = async ({ ruleArn, targetArn, event }: Delivery): Promise<void> => {
    if (!mayInvoke(ruleArn, targetArn))
      throw new Error(`NO_PERMISSIONS: no permission of ${targetArn} covers ${ruleArn}.`);
    await invoke(targetArn, event);
  };
  return {
    fire: (minute) => {
      const fired = sortedRules(bus).filter((rule) => isDue(rule, minute));
      queue = [...queue, ...fired.flatMap((rule) => deliveriesOf(bus, rule, minute, deliveries))];
    },
    next: () => Math.min(Number.POSITIVE_INFINITY, ...queue.map(({ at }) => at)),
    deliver: async (moment) => {
      const due = queue.filter(({ at }) => at <= moment.getTime());
      queue = queue.filter(({ at }) => at > moment.getTime());
      const calls = due.map((delivery) =>
        call(delivery).catch((error: unknown) => onError(error, delivery.targetArn)),
      );
      await Promise.all(calls);
    },
  };
}

/** A rule that was made or changed within a minute fires from the next one on. */
const isDue = ({ state, schedule, since }: Rule, minute: Date): boolean =>
  state !== 'DISABLED' && since < minute && firesAt(schedule, minute, since);

/** Deliveries of one fire carry the same event: a repeated one has the same id. */
function deliveriesOf(bus: Bus, rule: Rule, minute: Date, deliveries: Deliveries): Delivery[] {
  const event = scheduledEvent(bus, rule, minute);
  return [...rule.targets.values()].flatMap((target) =>
    deliveries(rule.name, minute).map((seconds) => ({
      at: minute.getTime() + seconds * 1000,
      ruleArn: rule.arn,
      targetArn: target.Arn,
      event: inputOf(target, event),
    })),
  );
}

const scheduledEvent = ({ account, region }: Bus, rule: Rule, minute: Date) => ({
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
