import { endpoint } from '../lib/http/endpoint.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfJob } from '../lib/http/schemas.ts';
import { serve } from '../lib/http/serve.ts';
import { deleteJobSchedule } from '../lib/jobs/manage.ts';
import { liveSchedulingPorts, type SchedulingPorts } from '../lib/platform/wiring.ts';

/** Deletes the schedule of a job. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/jobs/{job}/schedule': endpoint({
    verb: 'delete-job-schedule',
    path: OfJob,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: SchedulingPorts, { path }) => {
      await deleteJobSchedule(ports, path);
      return { status: 204 };
    },
  }),
};

export const handler = serve(liveSchedulingPorts, endpoints);
