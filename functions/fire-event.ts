import { type FireEventPorts, fireEvent } from '../lib/events/fire-event.ts';
import { asyncHandler, type PortsWithin } from '../lib/lambda/async-handler.ts';
import { EventFire } from '../lib/lambda/payloads.ts';
import { liveEventPorts } from '../lib/platform/wiring.ts';

/** Target of the rules of triggers: starts the task of an event. EventBridge and Lambda retry an error. */
export const handlerOver = (ports: PortsWithin<FireEventPorts>) =>
  asyncHandler(ports, {
    verb: 'fire-event',
    event: EventFire,
    // The detail of an event may hold secrets: it is not logged.
    logFields: ({ space, job, event: { facts } }) => ({
      ...{ space, job, source: facts.source },
      ...{ event: facts.id, detailType: facts.detailType, time: facts.time },
    }),
    source: 'event',
    run: fireEvent,
  });

export const handler = handlerOver(liveEventPorts);
