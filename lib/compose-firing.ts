import { livePorts } from './compose.ts';
import { readEventStage } from './config.ts';
import type { FiringPorts } from './ports.ts';

/** The ports of one invocation of a function that starts tasks for events: it must know the stage's own events. */
export const liveFiringPorts = async (withinMs: number): Promise<FiringPorts> => ({
  ...(await livePorts(withinMs)),
  stage: readEventStage(),
});
