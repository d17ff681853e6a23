import {
  PutEventsCommand,
  type PutEventsCommandOutput,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  FUNCTION_ARN,
  startTestEventBridge,
  type TestEventBridge,
  type TestEventBridgeOptions,
} from './eventbridge.ts';

/** Name of the bus beside the default one. */
export const OWN_BUS = 'taskbridge-local';

/** Event for PutEvents. */
export const order = (more: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
  Source: 'shop.orders',
  DetailType: 'Order Placed',
  Detail: '{"total":1.0}',
  ...more,
});

export type TestBuses = TestEventBridge & {
  /** Puts events; resolves with the answer when they have reached their targets. */
  put(...entries: readonly PutEventsRequestEntry[]): Promise<PutEventsCommandOutput>;
  /** Makes a rule, with a target of its name. */
  rule(name: string, pattern: object, bus?: string): Promise<void>;
  /** The rules whose targets were called, in that order. */
  reached(): readonly string[];
};

/** Embedded EventBridge with the default bus and a second one. */
export async function startTestBuses(options: TestEventBridgeOptions = {}): Promise<TestBuses> {
  const running = await startTestEventBridge({ buses: [OWN_BUS], ...options });
  const { client, eventBridge, delivered } = running;
  return {
    ...running,
    put: async (...entries) => {
      const answer = await client.send(new PutEventsCommand({ Entries: [...entries] }));
      await eventBridge.drained();
      return answer;
    },
    rule: async (Name, pattern, EventBusName) => {
      await client.send(new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }));
      const Targets = [{ Id: 'fire', Arn: `${FUNCTION_ARN}-${Name}` }];
      await client.send(new PutTargetsCommand({ Rule: Name, EventBusName, Targets }));
    },
    reached: () => delivered.map(({ arn }) => arn.slice(FUNCTION_ARN.length + 1)),
  };
}
