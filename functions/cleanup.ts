import { customResourceHandler } from '../lib/lambda/custom-resource.ts';
import { liveCleanupPorts } from '../lib/platform/wiring.ts';
import { cleanup } from '../lib/schedules/cleanup.ts';

/** When the stack is removed: takes the rules of its jobs along. */
export const handlerOver = (ports: typeof liveCleanupPorts) =>
  customResourceHandler(ports, { verb: 'cleanup', run: cleanup });

export const handler = handlerOver(liveCleanupPorts);
