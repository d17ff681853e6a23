import { fireEvent } from '../lib/actions/fire-event.ts';
import { EventFire } from '../lib/events/event-fire.ts';
import { type FiringPortsWithin, serveEvent } from '../lib/events/serve-event.ts';
import { liveFiringPorts } from '../lib/wiring.ts';

/** Target of the rules that triggers become: starts the task of an event. What it throws is tried again. */
export const handlerOver = (ports: FiringPortsWithin) =>
  serveEvent(ports, {
    verb: 'fire-event',
    event: EventFire,
    // An event may hold anything: no log line has more of it than what names it.
    about: ({ space, job, event: { facts } }) => ({
      ...{ space, job, source: facts.source },
      ...{ event: facts.id, detailType: facts.detailType, time: facts.time },
    }),
    source: 'event',
    run: fireEvent,
  });

export const handler = handlerOver(liveFiringPorts);
