import { runTaskOnEvent } from '../lib/actions/run-task-on-event.ts';
import { RunTaskEvent } from '../lib/events/run-task-event.ts';
import { type FiringPortsWithin, serveEvent } from '../lib/events/serve-event.ts';
import { liveFiringPorts } from '../lib/wiring.ts';

/** Target of the rule on the service's own bus for events `Run Task`. What it throws is tried again. */
export const handlerOver = (ports: FiringPortsWithin) =>
  serveEvent(ports, {
    verb: 'run-task-on-event',
    event: RunTaskEvent,
    about: ({ id, source, detail: { space, app } }) => ({ event: id, source, space, app }),
    source: 'event',
    run: runTaskOnEvent,
  });

export const handler = handlerOver(liveFiringPorts);
