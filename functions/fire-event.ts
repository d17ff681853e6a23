import { fireEvent } from '../lib/events/fire-event.ts';
import { asyncHandler, type FiringPortsWithin } from '../lib/lambda/async-handler.ts';
import { EventFire } from '../lib/lambda/payloads.ts';
import { liveFiringPorts } from '../lib/platform/wiring.ts';

/** Target of the rules that triggers become: starts the task of an event. What it throws is tried again. */
export const handlerOver = (ports: FiringPortsWithin) =>
  asyncHandler(ports, {
    verb: 'fire-event',
    event: EventFire,
    // An event may hold anything: no log line has more of it than what names it.
    logFields: ({ space, job, event: { facts } }) => ({
      ...{ space, job, source: facts.source },
      ...{ event: facts.id, detailType: facts.detailType, time: facts.time },
    }),
    source: 'event',
    run: fireEvent,
  });

export const handler = handlerOver(liveFiringPorts);
