import { lazyEventBridge } from './adapters/aws/rules.ts';
import { type RulesConfig, readRoleCredentials, readRulesConfig } from './config.ts';

let settings: RulesConfig | undefined;

/** The settings of rules, read by the first call that needs them. */
export const rulesConfig = (): RulesConfig => {
  settings ??= readRulesConfig();
  return settings;
};

/** The rules and the bus of one invocation, whose client is this function's process's and made by the first call. */
export const eventBridgeWithin = lazyEventBridge(() => {
  const { stage, ...options } = rulesConfig();
  return { ...stage, ...options, credentials: readRoleCredentials() };
});
