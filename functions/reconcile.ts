import { asyncHandler, type PortsWithin } from '../lib/lambda/async-handler.ts';
import { UnusedPayload } from '../lib/lambda/payloads.ts';
import { liveReconcilePorts } from '../lib/platform/wiring.ts';
import type { ReconcilePorts } from '../lib/reconcile/context.ts';
import { newReconciler } from '../lib/reconcile/reconcile.ts';

/** Reserved for the last unit of work, in ms: a few requests to the cluster, or the writes of a rule. */
const LAST_WORK_MS = 8_000;

/** Runs every minute: corrects drift of rules and statuses, runs overdue jobs and publishes events. */
export function handlerOver(ports: PortsWithin<ReconcilePorts>) {
  const reconcile = newReconciler();
  return asyncHandler(ports, {
    verb: 'reconcile',
    event: UnusedPayload,
    source: 'catch-up',
    run: (live, _, withinMs) =>
      reconcile(live, { until: new Date(live.now().getTime() + withinMs - LAST_WORK_MS) }),
  });
}

export const handler = handlerOver(liveReconcilePorts);
