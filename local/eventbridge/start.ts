import * as v from 'valibot';
import { ACCOUNT, REGION } from '../account.ts';
import type { StackRule } from '../cloudformation/stack.ts';
import type { Credentials } from '../credentials.ts';
import type { Codec, Data } from '../data/data.ts';
import { portsOf } from '../data/identity.ts';
import { listenAgain } from '../http-server.ts';
import type { StackPermissions } from '../iam/stack-permissions.ts';
import { type Buses, createBuses, DEFAULT_BUS, sortedRules } from './bus.ts';
import { type Clock, createClock } from './clock.ts';
import {
  createDispatcher,
  DELIVERY,
  type Deliveries,
  type Dispatcher,
  type DispatcherOptions,
} from './dispatcher.ts';
import { RULE } from './kept-rules.ts';
import { putRule } from './rule-operations.ts';
import { createEventBridgeServer } from './server.ts';
import { putTargets } from './target-operations.ts';

/** Default quota of rules for a bus. */
const MAX_RULES = 300;

export type EmbeddedEventBridgeOptions = {
  readonly credentials: Credentials;
  /** Calls a target with an event. */
  readonly invoke: DispatcherOptions['invoke'];
  readonly onError: DispatcherOptions['onError'];
  readonly retriesOf?: DispatcherOptions['retriesOf'];
  readonly onRetriesExhausted?: DispatcherOptions['onRetriesExhausted'];
  readonly onDeliveryFailed?: DispatcherOptions['onDeliveryFailed'];
  /** Names of the custom buses. Default: none. */
  readonly buses?: readonly string[];
  /** Permissions of callers. Default: everything is allowed. */
  readonly permissions?: StackPermissions | undefined;
  /** Clock for the creation times of rules. Default: the system clock. */
  readonly now?: () => Date;
  /** Limit of rules for each bus. Default: 300. */
  readonly maxRules?: number;
  /** Default: each fire is delivered once, immediately. */
  readonly deliveries?: Deliveries;
  /** Rules that exist from the start. */
  readonly rules?: readonly StackRule[];
  /** Keeps rules, queued deliveries and the port for the next start. Default: they are in memory. */
  readonly data?: Data | undefined;
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
  drained(): Promise<void>;
  /** Time of the next queued delivery; `undefined` if there is none. */
  nextDelivery(): Date | undefined;
  /** Stops the ticker and the server. Without data, queued deliveries are lost. */
  stop(): Promise<void>;
};

/**
 * Starts EventBridge buses in this process, on 127.0.0.1 only. It behaves as AWS does, and rejects what it
 * does not support. Time passes only through `runMinute`, `runUntil` or the ticker.
 */
export async function startEmbeddedEventBridge(
  options: EmbeddedEventBridgeOptions,
): Promise<EmbeddedEventBridge> {
  const { invoke, onError, now = () => new Date(), maxRules = MAX_RULES, data } = options;
  const rulesOf = data && ((bus: string) => data.map(`rule ${bus}`, RULE));
  const buses = createBuses(options.buses ?? [], {
    now,
    maxRules,
    account: ACCOUNT,
    region: REGION,
    rulesOf,
  });
  putStackRules(buses, options.rules ?? [], data?.map('stack', BUS_NAME) ?? new Map());
  const { deliveries = () => [0], permissions, retriesOf, onRetriesExhausted, onDeliveryFailed } = options;
  const isInvokeAllowed = permissions?.isInvokeAllowed;
  const dispatcher = createDispatcher(buses, {
    ...{ invoke, onError, deliveries, isInvokeAllowed },
    ...{ retriesOf, onRetriesExhausted, onDeliveryFailed, queue: data?.map('delivery', DELIVERY) },
  });
  const { runMinute, runUntil, startTicker, stopTicker } = createClock(dispatcher, now);
  const { deliverNow, drained } = trackDeliveries(dispatcher, now);

  const server = createEventBridgeServer(buses, {
    credentials: options.credentials,
    authorize: permissions?.denialOf,
    send: (bus, event) => {
      dispatcher.send(bus, event);
      void deliverNow();
    },
  });
  const { url, close } = await listenAgain(server, 'events', portsOf(data));
  return {
    url,
    runMinute,
    runUntil,
    startTicker,
    rules: () => viewsOf(buses),
    call: (targetArn, event) => {
      dispatcher.call(targetArn, event);
      return deliverNow();
    },
    drained,
    nextDelivery: () => {
      const due = dispatcher.next();
      return due === Number.POSITIVE_INFINITY ? undefined : new Date(due);
    },
    stop: async () => {
      stopTicker();
      await close();
    },
  };
}

const BUS_NAME: Codec<string> = { encode: (name) => name, decode: (kept) => v.parse(v.string(), kept) };

/** Puts the rules of the stack and deletes those that it no longer has. `made`: the buses of its rules by name. */
function putStackRules(buses: Buses, rules: readonly StackRule[], made: Map<string, string>): void {
  for (const [name, bus] of [...made]) {
    if (rules.some((rule) => rule.name === name)) continue;
    buses.byName.get(bus)?.rules.delete(name);
    made.delete(name);
  }
  for (const rule of rules) {
    putStackRule(buses, rule);
    if (!made.has(rule.name)) made.set(rule.name, 'bus' in rule ? rule.bus : DEFAULT_BUS);
  }
}

function putStackRule(buses: Buses, rule: StackRule): void {
  const at = 'bus' in rule ? { EventBusName: rule.bus } : {};
  const fires =
    'bus' in rule ? { EventPattern: JSON.stringify(rule.pattern) } : { ScheduleExpression: rule.expression };
  putRule(buses, { Name: rule.name, ...at, ...fires });
  putTargets(buses, { Rule: rule.name, ...at, Targets: [{ Id: 'function', Arn: rule.target }] });
}

/** Tracks deliveries that are made after PutEvents has returned. */
function trackDeliveries({ deliver }: Dispatcher, now: () => Date) {
  const inFlight = new Set<Promise<void>>();
  const deliverNow = async (): Promise<void> => {
    const delivering = deliver(now());
    inFlight.add(delivering);
    await delivering;
    inFlight.delete(delivering);
  };
  const drained = async (): Promise<void> => {
    while (inFlight.size > 0) await Promise.all(inFlight);
  };
  return { deliverNow, drained };
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
