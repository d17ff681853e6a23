import type { Rules } from '../../ports.ts';
import { timeLimit } from '../time-limit.ts';
import type { Calls, EventBridgeSettings } from './eventbridge.ts';
import type { RulesOptions } from './rule-parts.ts';

/**
 * The rules of a stage on EventBridge, for invocations whose calls together end after so many ms. The SDK is loaded by
 * the first call of the first of them, and a load that failed is tried again by the next: a fire, which writes no rule,
 * never pays for it. So it is with the settings, which throw where they are missing.
 */
export function lazyRules(settings: () => RulesOptions & EventBridgeSettings): (withinMs: number) => Rules {
  let loaded: Promise<(end: AbortSignal) => Rules> | undefined;
  const rules = async (end: AbortSignal): Promise<Rules> => {
    loaded ??= load(settings).catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return (await loaded)(end);
  };
  return (withinMs) => {
    const end = timeLimit(withinMs);
    return {
      list: async () => (await rules(end)).list(),
      put: async (rule) => (await rules(end)).put(rule),
      remove: async (name) => (await rules(end)).remove(name),
    };
  };
}

async function load(settings: () => RulesOptions & EventBridgeSettings) {
  const { region, endpoint, credentials, ...options } = settings();
  const [{ newEventBridgeClient }, { eventBridgeRules }] = await Promise.all([
    import('./eventbridge.ts'),
    import('./eventbridge-rules.ts'),
  ]);
  const client = newEventBridgeClient({ region, endpoint, credentials });
  return (end: Calls['end']): Rules => eventBridgeRules({ client, end }, options);
}
