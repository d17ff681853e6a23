import { customResourceHandler } from '../lib/lambda/custom-resource.ts';
import { liveCleanupPorts } from '../lib/platform/wiring.ts';
import { cleanup } from '../lib/schedules/cleanup.ts';

/** Custom resource of the stack: removes the rules of its jobs when the stack is removed. */
export const handlerOver = (ports: typeof liveCleanupPorts) =>
  customResourceHandler(ports, { verb: 'cleanup', run: cleanup });

export const handler = handlerOver(liveCleanupPorts);
