import type { Bus } from '../events/publish.ts';
import type { RulesOptions } from '../schedules/repository-records.ts';
import type { Rules } from '../schedules/rules.ts';
import type { Calls, EventBridgeSettings } from './aws/eventbridge.ts';
import { timeLimit } from './retry.ts';

type Settings = () => RulesOptions & EventBridgeSettings;

/** Ports to EventBridge. */
type Both = { readonly rules: Rules; readonly bus: Bus };

/**
 * Creates the ports to the stage's rules and bus; `withinMs`: deadline of all calls of an invocation. The first call loads
 * the SDK and reads the settings, so that a function that writes no rule never pays for it; after a failure the next call
 * tries again. Throws when a setting is missing.
 */
export function lazyEventBridge(settings: Settings): (withinMs: number) => Both {
  let loaded: Promise<(end: AbortSignal) => Both> | undefined;
  const both = async (end: AbortSignal): Promise<Both> => {
    loaded ??= load(settings).catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return (await loaded)(end);
  };
  return (withinMs) => {
    const end = timeLimit(withinMs);
    return {
      rules: {
        list: async () => (await both(end)).rules.list(),
        put: async (rule) => (await both(end)).rules.put(rule),
        patternRefusal: async (pattern) => (await both(end)).rules.patternRefusal(pattern),
        remove: async (name) => (await both(end)).rules.remove(name),
      },
      bus: { put: async (events) => (await both(end)).bus.put(events) },
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
  return (end: Calls['end']): Both => ({
    rules: eventBridgeRules({ client, end }, options),
    bus: eventBus({ client, end }, options),
  });
}
