import { runTaskOnEvent } from '../lib/events/run-task-on-event.ts';
import { asyncHandler, type FiringPortsWithin } from '../lib/lambda/async-handler.ts';
import { RunTaskEvent } from '../lib/lambda/payloads.ts';
import { liveFiringPorts } from '../lib/platform/wiring.ts';

/** Target of the rule on the service's own bus for events `Run Task`. What it throws is tried again. */
export const handlerOver = (ports: FiringPortsWithin) =>
  asyncHandler(ports, {
    verb: 'run-task-on-event',
    event: RunTaskEvent,
    logFields: ({ id, source, detail: { space, app } }) => ({ event: id, source, space, app }),
    source: 'event',
    run: runTaskOnEvent,
  });

export const handler = handlerOver(liveFiringPorts);
