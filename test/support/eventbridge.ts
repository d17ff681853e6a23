import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { AccessKey } from '../../local/credentials.ts';
import type { Deliveries, DispatcherOptions } from '../../local/eventbridge/dispatcher.ts';
import { type EmbeddedEventBridge, startEmbeddedEventBridge } from '../../local/eventbridge/start.ts';
import { CREDENTIALS, USER } from './credentials.ts';

export const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:taskbridge-dev-fire-job';

/** An event as it reached a target, and when by the clock of the test. */
type Delivered = { readonly at: string; readonly arn: string; readonly event: unknown };

export type TestEventBridge = {
  readonly eventBridge: EmbeddedEventBridge;
  readonly client: EventBridgeClient;
  readonly delivered: Delivered[];
  /** Errors passed to `onError`. */
  readonly errors: unknown[];
  readonly clock: {
    set(moment: Date): void;
    /** The clock goes on as this one does. */
    follow(now: () => Date): void;
  };
  stop(): Promise<void>;
};

export type TestEventBridgeOptions = {
  readonly startAt?: string;
  readonly maxRules?: number;
  readonly deliveries?: Deliveries;
  readonly buses?: readonly string[];
  readonly retriesOf?: DispatcherOptions['retriesOf'];
  readonly onRetriesExhausted?: DispatcherOptions['onRetriesExhausted'];
  /** Called with each event after it was noted down. */
  readonly target?: (event: unknown) => Promise<void>;
};

/** An embedded EventBridge with a clock that stands, targets that note down what they are given, and a real client. */
export async function startTestEventBridge(options: TestEventBridgeOptions = {}): Promise<TestEventBridge> {
  const { startAt = '2026-03-01T08:59:30Z', target = async () => {}, ...rest } = options;
  let now = () => new Date(startAt);
  const follow = (next: () => Date) => {
    now = next;
  };
  const delivered: Delivered[] = [];
  const errors: unknown[] = [];
  const eventBridge = await startEmbeddedEventBridge({
    ...rest,
    credentials: CREDENTIALS,
    now: () => now(),
    invoke: async (arn, event) => {
      delivered.push({ at: now().toISOString(), arn, event });
      await target(event);
    },
    onError: (error) => errors.push(error),
  });
  const client = newTestClient(eventBridge.url);
  return {
    eventBridge,
    client,
    delivered,
    errors,
    clock: { follow, set: (moment) => follow(() => moment) },
    stop: async () => {
      client.destroy();
      await eventBridge.stop();
    },
  };
}

/** A client that sends once. `credentials`: by default those of a listener of this test file. */
export const newTestClient = (endpoint: string, credentials: AccessKey = USER): EventBridgeClient =>
  new EventBridgeClient({
    endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });

/** Signal for calls that no invocation ends. */
export const NO_END = new AbortController().signal;
