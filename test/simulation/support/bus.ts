import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { newEventBridgeClient } from '../../../lib/platform/aws/eventbridge.ts';
import { eventBridgeRules } from '../../../lib/schedules/repository.ts';
import type { Rules } from '../../../lib/schedules/rules.ts';
import { type EmbeddedEventBridge, startEmbeddedEventBridge } from '../../../local/eventbridge/start.ts';
import { CREDENTIALS, USER } from '../../support/credentials.ts';
import { NO_END } from '../../support/eventbridge.ts';
import type { Outages } from './outages.ts';
import type { Random } from './random.ts';
import { spoilRule } from './rule-tampering.ts';
import type { VirtualTime } from './virtual-time.ts';

const STAGE = { service: 'taskbridge', stage: 'test' };
const ACCESS = {
  region: 'us-east-1',
  credentials: USER,
};

export type SimulatedBus = {
  /** The adapter that is deployed, over the SDK and HTTP. */
  readonly rules: Rules;
  readonly eventBridge: EmbeddedEventBridge;
  /** Fires the rules that are due at this minute. */
  tick(): Promise<void>;
  /** Spoils a rule, if there is one. */
  spoil(): Promise<void>;
  readonly counts: { fires: number; dropped: number; doubled: number; late: number; spoiled: number };
  stop(): Promise<void>;
};

export type BusOptions = {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly outages: Outages;
  /** True while fires are duplicated, delayed by up to three minutes, and dropped. */
  readonly isBad: () => boolean;
  /** Called with what the input transformer of a rule makes of its event. */
  readonly onFire: (event: unknown) => void;
  readonly onFault: (fault: string) => void;
};

/** The embedded EventBridge by the simulated clock. */
export async function simulatedBus(options: BusOptions): Promise<SimulatedBus> {
  const { time, random, outages, isBad, onFire, onFault } = options;
  const counts = { fires: 0, dropped: 0, doubled: 0, late: 0, spoiled: 0 };

  /** Seconds after the minute at which a fire arrives: anywhere within it, if nothing is wrong. */
  const delaysOf = (minute: number): readonly number[] => {
    counts.fires += 1;
    const isGone = outages.isDown('eventBridge', minute) || outages.isDown('all', minute);
    if (isGone || (isBad() && random.chance(0.03))) {
      counts.dropped += 1;
      return [];
    }
    const onTime = random.between(0, 59);
    if (!isBad() || random.chance(0.9)) return [onTime];
    const late = random.between(0, 180);
    if (random.chance(0.5)) {
      counts.doubled += 1;
      return [onTime, late];
    }
    counts.late += 1;
    return [late];
  };

  const eventBridge = await startEmbeddedEventBridge({
    credentials: CREDENTIALS,
    now: () => new Date(time.now()),
    invoke: async (_, event) => onFire(event),
    onError: (error) => onFault(String(error)),
    deliveries: (_, minute) => {
      const delays = delaysOf(minute.getTime());
      for (const delay of delays) void time.at(minute.getTime() + delay * 1000, deliver);
      return delays;
    },
  });
  const deliver = (): Promise<void> => eventBridge.runUntil(new Date(time.now()), () => {});
  const client = newEventBridgeClient({ ...ACCESS, endpoint: eventBridge.url });
  const tamperer = new EventBridgeClient({ ...ACCESS, endpoint: eventBridge.url });
  const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:taskbridge-test-fire-job';
  return {
    rules: eventBridgeRules({ client, end: NO_END }, { ...STAGE, functionArn }),
    eventBridge,
    counts,
    tick: deliver,
    async spoil() {
      const [first, ...others] = eventBridge.rules().map(({ name }) => name);
      if (first === undefined) return;
      counts.spoiled += 1;
      await spoilRule(tamperer, random.pick([first, ...others]), random);
    },
    stop: async () => {
      client.destroy();
      tamperer.destroy();
      await eventBridge.stop();
    },
  };
}
