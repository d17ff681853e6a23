import type { Rules } from '../../ports.ts';
import type { EventBridgeSettings } from './eventbridge.ts';
import type { RulesOptions } from './rule-parts.ts';

/**
 * The rules of a stage on EventBridge. The SDK is loaded by the first call, and a load that failed is tried again by
 * the next: a fire, which writes no rule, never pays for it. So it is with the settings, which throw where they are missing.
 */
export function lazyRules(settings: () => RulesOptions & EventBridgeSettings): Rules {
  let loaded: Promise<Rules> | undefined;
  const rules = (): Promise<Rules> => {
    loaded ??= load(settings).catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  return {
    list: async () => (await rules()).list(),
    put: async (rule) => (await rules()).put(rule),
    remove: async (name) => (await rules()).remove(name),
  };
}

async function load(settings: () => RulesOptions & EventBridgeSettings) {
  const { region, endpoint, credentials, ...options } = settings();
  const [{ newEventBridgeClient }, { eventBridgeRules }] = await Promise.all([
    import('./eventbridge.ts'),
    import('./eventbridge-rules.ts'),
  ]);
  return eventBridgeRules(newEventBridgeClient({ region, endpoint, credentials }), options);
}
