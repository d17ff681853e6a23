import { once } from 'node:events';
import type { Server } from 'node:http';
import { ACCOUNT, REGION } from './account.ts';
import { type Bus, sortedRules } from './eventbridge/bus.ts';
import { type Clock, newClock } from './eventbridge/clock.ts';
import { type Deliveries, type FiringOptions, newFiring } from './eventbridge/firing.ts';
import { putRule } from './eventbridge/rule-operations.ts';
import { newEventBridgeServer } from './eventbridge/server.ts';
import { putTargets } from './eventbridge/target-operations.ts';
import type { StackRights } from './iam/stack-rights.ts';

/** Rules of a bus, as AWS allows them where nobody asked for more. */
const MOST_RULES = 300;

export type EmbeddedEventBridgeOptions = {
  /** Calls a target with its event. What it rejects is told to `onError`; it is not called again for that event. */
  readonly invoke: FiringOptions['invoke'];
  readonly onError: FiringOptions['onError'];
  /** Who may do what. Default: everybody everything. */
  readonly rights?: StackRights | undefined;
  /** Default: the real clock. Rules fire by the minutes that run, this says when they were made. */
  readonly now?: () => Date;
  /** Default: any that is free. */
  readonly port?: number;
  /** Default: 300. Of the whole bus, whoever made them. */
  readonly maxRules?: number;
  /** Default: each fire is delivered once and at once. */
  readonly deliveries?: Deliveries;
  /** Rules that are there from the start. */
  readonly rules?: readonly StackRule[];
};

/** A rule as CloudFormation makes it for a function of a stack: its one target gets the event as it is. */
export type StackRule = { readonly name: string; readonly expression: string; readonly target: string };

/** What is known of a rule, for tests and demonstrations. */
type RuleView = {
  readonly name: string;
  readonly expression: string;
  readonly enabled: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: readonly string[];
};

export type EmbeddedEventBridge = Omit<Clock, 'stopTicker'> & {
  /** `http://127.0.0.1:PORT`, for the endpoint of an SDK client and `aws --endpoint-url`. */
  readonly url: string;
  rules(): readonly RuleView[];
  /** Ends the ticker and the server. Deliveries that are not due yet are lost. */
  stop(): Promise<void>;
};

/**
 * The rules of EventBridge's default bus in this process, on 127.0.0.1 alone, in memory. What it answers is what AWS
 * does; what it does not do, it refuses. Time passes only when it is told to.
 */
export async function startEmbeddedEventBridge(
  options: EmbeddedEventBridgeOptions,
): Promise<EmbeddedEventBridge> {
  const { invoke, onError, now = () => new Date(), port = 0, maxRules = MOST_RULES } = options;
  const bus: Bus = { rules: new Map(), now, maxRules, account: ACCOUNT, region: REGION };
  for (const { name, expression, target } of options.rules ?? []) {
    putRule(bus, { Name: name, ScheduleExpression: expression });
    putTargets(bus, { Rule: name, Targets: [{ Id: 'function', Arn: target }] });
  }
  const { deliveries = () => [0], rights } = options;
  const firing = newFiring(bus, { invoke, onError, deliveries, mayInvoke: rights?.mayInvoke });
  const { runMinute, runUntil, startTicker, stopTicker } = newClock(firing, now);

  const server = newEventBridgeServer(bus, rights?.refusalOf);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    runMinute,
    runUntil,
    startTicker,
    rules: () => viewsOf(bus),
    stop: async () => {
      stopTicker();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const viewsOf = (bus: Bus): readonly RuleView[] =>
  sortedRules(bus).map(({ name, expression, state, tags, targets }) => ({
    name,
    expression,
    enabled: state !== 'DISABLED',
    tags: Object.fromEntries(tags),
    targets: [...targets.values()].map(({ Arn }) => Arn),
  }));

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The server does not listen on a port.');
  return address.port;
}
