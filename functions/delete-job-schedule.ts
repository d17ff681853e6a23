import { endpoint, serve } from '../lib/http/endpoint.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfJob } from '../lib/http/schemas.ts';
import { deleteJobSchedule, type ManageJobPorts } from '../lib/jobs/manage.ts';
import { liveSchedulePorts } from '../lib/platform/wiring.ts';

/** Deletes the schedule of a job. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/jobs/{job}/schedule': endpoint({
    verb: 'delete-job-schedule',
    path: OfJob,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: ManageJobPorts, { path }) => {
      await deleteJobSchedule(ports, path);
      return { status: 204 };
    },
  }),
};

export const handler = serve(liveSchedulePorts, endpoints);
