import { asyncHandler, type PortsWithin } from '../lib/lambda/async-handler.ts';
import { UnusedPayload } from '../lib/lambda/payloads.ts';
import { livePorts } from '../lib/platform/wiring.ts';
import { prune } from '../lib/tasks/prune.ts';

/** What was begun last may take so long, in ms: a part of a list, or a deletion. */
const LAST_WORK_MS = 8_000;

/** Every five minutes: deletes the tasks that apps have too many of. */
export const handlerOver = (ports: PortsWithin) =>
  asyncHandler(ports, {
    verb: 'prune',
    event: UnusedPayload,
    run: (live, _, withinMs) =>
      prune(live, { until: new Date(live.now().getTime() + withinMs - LAST_WORK_MS) }),
  });

export const handler = handlerOver(livePorts);
