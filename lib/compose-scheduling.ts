import { lazyRules } from './adapters/aws/rules.ts';
import { livePorts } from './compose.ts';
import { type RulesConfig, readRoleCredentials, readRulesConfig } from './config.ts';
import type { SchedulingPorts } from './ports.ts';

let settings: RulesConfig | undefined;

/** The settings of rules, read by the first call that needs them. */
const rulesConfig = (): RulesConfig => {
  settings ??= readRulesConfig();
  return settings;
};

/** The rules of this function's process, whose client is made by the first call. */
const rules = lazyRules(() => {
  const { stage, functionArn, region, endpoint } = rulesConfig();
  return { ...stage, functionArn, region, endpoint, credentials: readRoleCredentials() };
});

/** The ports of one invocation of a function that writes rules: in its bundle alone is the SDK for it. */
export const liveSchedulingPorts = async (withinMs: number): Promise<SchedulingPorts> => ({
  ...(await livePorts(withinMs)),
  rules,
  stage: rulesConfig().stage,
});
