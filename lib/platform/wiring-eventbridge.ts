import type { Bus } from '../events/publish.ts';
import type { RulesOptions } from '../schedules/repository-records.ts';
import type { Rules } from '../schedules/rules.ts';
import type { CallLimits, Calls, EventBridgeSettings } from './aws/eventbridge.ts';
import { timeLimit } from './retry.ts';

type Settings = () => RulesOptions & EventBridgeSettings;

/** Calls of one invocation, whatever the client. */
type Invocation = Omit<Calls, 'client'>;

/** Ports to EventBridge. */
type Both = { readonly rules: Rules; readonly bus: Bus };

/**
 * Creates the ports to the stage's rules and bus; `withinMs`: deadline of all calls of an invocation, `patience`: limits of
 * one. The first call loads the SDK and reads the settings, so that a function that writes no rule never pays for it; after
 * a failure the next call tries again. Throws when a setting is missing.
 */
export function lazyEventBridge(settings: Settings): (withinMs: number, limits?: CallLimits) => Both {
  let loaded: Promise<(calls: Invocation) => Both> | undefined;
  const both = async (calls: Invocation): Promise<Both> => {
    loaded ??= load(settings).catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return (await loaded)(calls);
  };
  return (withinMs, patience) => {
    const calls = { ...patience, end: timeLimit(withinMs) };
    return {
      rules: {
        list: async () => (await both(calls)).rules.list(),
        put: async (rule) => (await both(calls)).rules.put(rule),
        check: async (rule) => (await both(calls)).rules.check(rule),
        remove: async (name) => (await both(calls)).rules.remove(name),
      },
      bus: { put: async (events) => (await both(calls)).bus.put(events) },
    };
  };
}

async function load(settings: Settings) {
  const { region, endpoint, credentials, ...options } = settings();
  const [{ newEventBridgeClient }, { eventBridgeRules }, { eventBus }] = await Promise.all([
    import('./aws/eventbridge.ts'),
    import('../schedules/repository.ts'),
    import('../events/bus.ts'),
  ]);
  const client = newEventBridgeClient({ region, endpoint, credentials });
  return (calls: Invocation): Both => ({
    rules: eventBridgeRules({ client, ...calls }, options),
    bus: eventBus({ client, ...calls }, options),
  });
}
