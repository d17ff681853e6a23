import { ACCOUNT, REGION } from '../account.ts';
import type { StackRule } from '../cloudformation/stack.ts';
import { listen } from '../http-server.ts';
import type { StackRights } from '../iam/stack-rights.ts';
import { type Buses, newBuses, sortedRules } from './bus.ts';
import { type Clock, newClock } from './clock.ts';
import { createDispatcher, type Deliveries, type Firing, type FiringOptions } from './dispatcher.ts';
import { putRule } from './rule-operations.ts';
import { newEventBridgeServer } from './server.ts';
import { putTargets } from './target-operations.ts';

/** Default quota of rules for a bus. */
const MAX_RULES = 300;

export type EmbeddedEventBridgeOptions = {
  /** Calls a target with an event. */
  readonly invoke: FiringOptions['invoke'];
  readonly onError: FiringOptions['onError'];
  readonly retriesOf?: FiringOptions['retriesOf'];
  readonly onRetriesExhausted?: FiringOptions['onRetriesExhausted'];
  readonly onUndelivered?: FiringOptions['onUndelivered'];
  /** Names of the custom buses. Default: none. */
  readonly buses?: readonly string[];
  /** Permissions of callers. Default: everything is allowed. */
  readonly rights?: StackRights | undefined;
  /** Clock for the creation times of rules. Default: the system clock. */
  readonly now?: () => Date;
  /** Default: any free port. */
  readonly port?: number;
  /** Limit of rules for each bus. Default: 300. */
  readonly maxRules?: number;
  /** Default: each fire is delivered once, immediately. */
  readonly deliveries?: Deliveries;
  /** Rules that exist from the start. */
  readonly rules?: readonly StackRule[];
};

/** Rule as tests and the demo see it. */
type RuleView = {
  readonly name: string;
  readonly bus: string;
  readonly expression?: string;
  readonly pattern?: unknown;
  readonly enabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: readonly string[];
};

export type EmbeddedEventBridge = Omit<Clock, 'stopTicker'> & {
  /** `http://127.0.0.1:PORT`, for an SDK client's endpoint or `aws --endpoint-url`. */
  readonly url: string;
  rules(): readonly RuleView[];
  /** Invokes a target asynchronously, without a permission check, with Lambda's retries. */
  call(targetArn: string, event: unknown): Promise<void>;
  /** Resolves when no delivery is in flight. Queued deliveries stay queued. */
  settled(): Promise<void>;
  /** Time of the next queued delivery; `undefined` if there is none. */
  nextDelivery(): Date | undefined;
  /** Stops the ticker and the server. Queued deliveries are lost. */
  stop(): Promise<void>;
};

/**
 * Starts EventBridge buses in this process, on 127.0.0.1 only, in memory. It behaves as AWS does, and rejects what it
 * does not support. Time passes only through `runMinute`, `runUntil` or the ticker.
 */
export async function startEmbeddedEventBridge(
  options: EmbeddedEventBridgeOptions,
): Promise<EmbeddedEventBridge> {
  const { invoke, onError, now = () => new Date(), port = 0, maxRules = MAX_RULES } = options;
  const buses = newBuses(options.buses ?? [], { now, maxRules, account: ACCOUNT, region: REGION });
  for (const rule of options.rules ?? []) putStackRule(buses, rule);
  const { deliveries = () => [0], rights, retriesOf, onRetriesExhausted, onUndelivered } = options;
  const mayInvoke = rights?.mayInvoke;
  const firing = createDispatcher(buses, {
    ...{ invoke, onError, deliveries, mayInvoke },
    ...{ retriesOf, onRetriesExhausted, onUndelivered },
  });
  const { runMinute, runUntil, startTicker, stopTicker } = newClock(firing, now);
  const { deliverNow, settled } = newDelivering(firing, now);

  const server = newEventBridgeServer(buses, {
    authorize: rights?.refusalOf,
    send: (bus, event) => {
      firing.send(bus, event);
      void deliverNow();
    },
  });
  const { url, close } = await listen(server, port);
  return {
    url,
    runMinute,
    runUntil,
    startTicker,
    rules: () => viewsOf(buses),
    call: (targetArn, event) => {
      firing.call(targetArn, event);
      return deliverNow();
    },
    settled,
    nextDelivery: () => {
      const due = firing.next();
      return due === Number.POSITIVE_INFINITY ? undefined : new Date(due);
    },
    stop: async () => {
      stopTicker();
      await close();
    },
  };
}

function putStackRule(buses: Buses, rule: StackRule): void {
  const at = 'bus' in rule ? { EventBusName: rule.bus } : {};
  const fires =
    'bus' in rule ? { EventPattern: JSON.stringify(rule.pattern) } : { ScheduleExpression: rule.expression };
  putRule(buses, { Name: rule.name, ...at, ...fires });
  putTargets(buses, { Rule: rule.name, ...at, Targets: [{ Id: 'function', Arn: rule.target }] });
}

/** Tracks deliveries that are made after PutEvents has returned. */
function newDelivering({ deliver }: Firing, now: () => Date) {
  const underWay = new Set<Promise<void>>();
  const deliverNow = async (): Promise<void> => {
    const delivering = deliver(now());
    underWay.add(delivering);
    await delivering;
    underWay.delete(delivering);
  };
  const settled = async (): Promise<void> => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  return { deliverNow, settled };
}

const viewsOf = ({ byName }: Buses): readonly RuleView[] =>
  [...byName.values()]
    .flatMap(sortedRules)
    .map(({ name, bus, expression, patternText, state, tags, targets }) => ({
      name,
      bus,
      ...(expression === undefined ? {} : { expression }),
      ...(patternText === undefined ? {} : { pattern: JSON.parse(patternText) }),
      enabled: state !== 'DISABLED',
      tags: Object.fromEntries(tags),
      targets: [...targets.values()].map(({ Arn }) => Arn),
    }));
