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

/** Rules of a bus, as AWS allows them where nobody asked for more. */
const MAX_RULES = 300;

export type EmbeddedEventBridgeOptions = {
  /** Calls a target with its event. */
  readonly invoke: FiringOptions['invoke'];
  readonly onError: FiringOptions['onError'];
  readonly retriesOf?: FiringOptions['retriesOf'];
  readonly onRetriesExhausted?: FiringOptions['onRetriesExhausted'];
  readonly onUndelivered?: FiringOptions['onUndelivered'];
  /** Names of the buses beside the default one. Default: none. */
  readonly buses?: readonly string[];
  /** Who may do what. Default: everybody everything. */
  readonly rights?: StackRights | undefined;
  /** Default: the real clock. Rules fire by the minutes that run, this says when they were made. */
  readonly now?: () => Date;
  /** Default: any that is free. */
  readonly port?: number;
  /** Default: 300. Of each bus as a whole, whoever made them. */
  readonly maxRules?: number;
  /** Default: each fire is delivered once and at once. */
  readonly deliveries?: Deliveries;
  /** Rules that are there from the start. */
  readonly rules?: readonly StackRule[];
};

/** What is known of a rule, for tests and demonstrations. */
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
  /** `http://127.0.0.1:PORT`, for the endpoint of an SDK client and `aws --endpoint-url`. */
  readonly url: string;
  rules(): readonly RuleView[];
  /** Calls a target with an event asynchronously, as somebody who may; it is tried again as Lambda does. */
  call(targetArn: string, event: unknown): Promise<void>;
  /** Resolves when no delivery is under way. Those that wait for their time stay. */
  settled(): Promise<void>;
  /** When the first of those that wait is due; absent where none waits. */
  nextDelivery(): Date | undefined;
  /** Ends the ticker and the server. Deliveries that are not due yet are lost. */
  stop(): Promise<void>;
};

/**
 * The buses of EventBridge with their rules in this process, on 127.0.0.1 alone, in memory. What it answers is what AWS
 * does; what it does not do, it refuses. Time passes only when it is told to.
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

/** Whoever puts an event is answered at once, and its deliveries are made behind his back. */
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
