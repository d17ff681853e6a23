import { fireJob, type RunDuePorts } from '../lib/jobs/run-due.ts';
import { asyncHandler, type PortsWithin } from '../lib/lambda/async-handler.ts';
import { JobFire } from '../lib/lambda/payloads.ts';
import { liveJobPorts } from '../lib/platform/wiring.ts';

/** Target of the rules of schedules: runs the due occurrences of a job. */
export const handlerOver = (ports: PortsWithin<RunDuePorts>) =>
  asyncHandler(ports, { verb: 'fire-job', event: JobFire, source: 'schedule', run: fireJob });

export const handler = handlerOver(liveJobPorts);
