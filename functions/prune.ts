import { asyncHandler, type PortsWithin } from '../lib/lambda/async-handler.ts';
import { UnusedPayload } from '../lib/lambda/payloads.ts';
import { liveTaskPorts } from '../lib/platform/wiring.ts';
import { type PrunePorts, prune } from '../lib/tasks/prune.ts';

/** Reserved for the last unit of work, in ms: a page of a list, or a deletion. */
const LAST_WORK_MS = 8_000;

/** Runs every five minutes: deletes tasks beyond the retention of their app. */
export const handlerOver = (ports: PortsWithin<PrunePorts>) =>
  asyncHandler(ports, {
    verb: 'prune',
    event: UnusedPayload,
    run: (live, _, withinMs) =>
      prune(live, { until: new Date(live.now().getTime() + withinMs - LAST_WORK_MS) }),
  });

export const handler = handlerOver(liveTaskPorts);
