import { livePorts } from './compose.ts';
import { liveBuilding } from './compose-building.ts';
import { eventBridgeWithin, rulesConfig } from './compose-rules.ts';
import type { ReconcilingPorts } from './ports.ts';

/**
 * The ports of one invocation of a function that writes rules: in its bundle alone is the SDK for it. Only the role of
 * the reconcile may send events.
 */
export const liveSchedulingPorts = async (withinMs: number): Promise<ReconcilingPorts> => ({
  ...(await livePorts(withinMs)),
  ...eventBridgeWithin(withinMs),
  building: liveBuilding(),
  stage: rulesConfig().stage,
});
