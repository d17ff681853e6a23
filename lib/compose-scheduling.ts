import { livePorts } from './compose.ts';
import { rulesConfig, rulesWithin } from './compose-rules.ts';
import type { SchedulingPorts } from './ports.ts';

/** The ports of one invocation of a function that writes rules: in its bundle alone is the SDK for it. */
export const liveSchedulingPorts = async (withinMs: number): Promise<SchedulingPorts> => ({
  ...(await livePorts(withinMs)),
  rules: rulesWithin(withinMs),
  stage: rulesConfig().stage,
});
