import { asyncHandler, type ReconcilingPortsWithin } from '../lib/lambda/async-handler.ts';
import { UnusedPayload } from '../lib/lambda/payloads.ts';
import { liveSchedulingPorts } from '../lib/platform/wiring.ts';
import { reconcile } from '../lib/reconcile/reconcile.ts';

/** What was begun last may take so long, in ms: a few requests to the cluster, or the writes of a rule. */
const LAST_WORK_MS = 8_000;

/** Once a minute: brings about what is not as the jobs say. */
export const handlerOver = (ports: ReconcilingPortsWithin) =>
  asyncHandler(ports, {
    verb: 'reconcile',
    event: UnusedPayload,
    source: 'catch-up',
    run: (live, _, withinMs) =>
      reconcile(live, { until: new Date(live.now().getTime() + withinMs - LAST_WORK_MS) }),
  });

export const handler = handlerOver(liveSchedulingPorts);
