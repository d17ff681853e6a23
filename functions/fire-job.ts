import { fireJob } from '../lib/jobs/run-due.ts';
import { asyncHandler, type PortsWithin } from '../lib/lambda/async-handler.ts';
import { JobFire } from '../lib/lambda/payloads.ts';
import { livePorts } from '../lib/platform/wiring.ts';

/** Target of the rules that schedules become: runs what is due of a job. */
export const handlerOver = (ports: PortsWithin) =>
  asyncHandler(ports, { verb: 'fire-job', event: JobFire, source: 'schedule', run: fireJob });

export const handler = handlerOver(livePorts);
