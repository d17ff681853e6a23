import { reconcile } from '../lib/actions/reconcile.ts';
import { AnyEvent } from '../lib/events/any-event.ts';
import { type ReconcilingPortsWithin, serveEvent } from '../lib/events/serve-event.ts';
import { liveSchedulingPorts } from '../lib/wiring.ts';

/** What was begun last may take so long, in ms: a few requests to the cluster, or the writes of a rule. */
const LAST_WORK_MS = 8_000;

/** Once a minute: brings about what is not as the jobs say. */
export const handlerOver = (ports: ReconcilingPortsWithin) =>
  serveEvent(ports, {
    verb: 'reconcile',
    event: AnyEvent,
    source: 'catch-up',
    run: (live, _, withinMs) =>
      reconcile(live, { until: new Date(live.now().getTime() + withinMs - LAST_WORK_MS) }),
  });

export const handler = handlerOver(liveSchedulingPorts);
