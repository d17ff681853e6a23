import { fireJob } from '../lib/actions/fire-job.ts';
import { JobFire } from '../lib/events/job-fire.ts';
import { type PortsWithin, serveEvent } from '../lib/events/serve-event.ts';
import { livePorts } from '../lib/wiring.ts';

/** Target of the rules that schedules become: runs what is due of a job. */
export const handlerOver = (ports: PortsWithin) =>
  serveEvent(ports, { verb: 'fire-job', event: JobFire, source: 'schedule', run: fireJob });

export const handler = handlerOver(livePorts);
