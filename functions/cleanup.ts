import { cleanup } from '../lib/actions/cleanup.ts';
import { serveRemoval } from '../lib/events/serve-stack.ts';
import { liveCleanupPorts } from '../lib/wiring.ts';

/** When the stack is removed: takes the rules of its jobs along. */
export const handlerOver = (ports: typeof liveCleanupPorts) =>
  serveRemoval(ports, { verb: 'cleanup', run: cleanup });

export const handler = handlerOver(liveCleanupPorts);
