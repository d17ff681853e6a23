import { endpoint, serve } from '../lib/http/endpoint.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfJob } from '../lib/http/schemas.ts';
import { deleteJob, type ManageJobPorts } from '../lib/jobs/manage.ts';
import { liveSchedulePorts } from '../lib/platform/wiring.ts';

/** Deletes a job with its rules and all its tasks. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/jobs/{job}': endpoint({
    verb: 'delete-job',
    path: OfJob,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: ManageJobPorts, { path }) => {
      await deleteJob(ports, path);
      return { status: 204 };
    },
  }),
};

export const handler = serve(liveSchedulePorts, endpoints);
