import { prune } from '../lib/actions/prune.ts';
import { AnyEvent } from '../lib/events/any-event.ts';
import { type PortsWithin, serveEvent } from '../lib/events/serve-event.ts';
import { livePorts } from '../lib/wiring.ts';

/** What was begun last may take so long, in ms: a part of a list, or a deletion. */
const LAST_WORK_MS = 8_000;

/** Every five minutes: deletes the tasks that apps have too many of. */
export const handlerOver = (ports: PortsWithin) =>
  serveEvent(ports, {
    verb: 'prune',
    event: AnyEvent,
    run: (live, _, withinMs) =>
      prune(live, { until: new Date(live.now().getTime() + withinMs - LAST_WORK_MS) }),
  });

export const handler = handlerOver(livePorts);
