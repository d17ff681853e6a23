import { asyncHandler, type PortsWithin } from '../lib/lambda/async-handler.ts';
import { UnusedPayload } from '../lib/lambda/payloads.ts';
import { liveSchedulingPorts, type ReconcilingPorts } from '../lib/platform/wiring.ts';
import { reconcile } from '../lib/reconcile/reconcile.ts';

/** Reserved for the last unit of work, in ms: a few requests to the cluster, or the writes of a rule. */
const LAST_WORK_MS = 8_000;

/** Runs every minute: corrects drift of rules and statuses, runs overdue jobs and publishes events. */
export const handlerOver = (ports: PortsWithin<ReconcilingPorts>) =>
  asyncHandler(ports, {
    verb: 'reconcile',
    event: UnusedPayload,
    source: 'catch-up',
    run: (live, _, withinMs) =>
      reconcile(live, { until: new Date(live.now().getTime() + withinMs - LAST_WORK_MS) }),
  });

export const handler = handlerOver(liveSchedulingPorts);
