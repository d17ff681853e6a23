import { type RunTaskOnEventPorts, runTaskOnEvent } from '../lib/events/run-task-on-event.ts';
import { asyncHandler, type PortsWithin } from '../lib/lambda/async-handler.ts';
import { RunTaskEvent } from '../lib/lambda/payloads.ts';
import { liveEventPorts } from '../lib/platform/wiring.ts';

/** Target of the rule for `Run Task` events on the service's own bus. EventBridge and Lambda retry an error. */
export const handlerOver = (ports: PortsWithin<RunTaskOnEventPorts>) =>
  asyncHandler(ports, {
    verb: 'run-task-on-event',
    event: RunTaskEvent,
    logFields: ({ id, source, detail: { space, app } }) => ({ event: id, source, space, app }),
    source: 'event',
    run: runTaskOnEvent,
  });

export const handler = handlerOver(liveEventPorts);
