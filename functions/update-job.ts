import { endpoint, serve } from '../lib/http/endpoint.ts';
import { presentJob } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfJob } from '../lib/http/schemas.ts';
import { JobPatch, type UpdateJobPorts, updateJob } from '../lib/jobs/update.ts';
import { liveJobPorts } from '../lib/platform/wiring.ts';

/** Changes the task of a job and its policies by a JSON merge patch. */
export const endpoints = {
  'PATCH /v1/spaces/{space}/jobs/{job}': endpoint({
    verb: 'update-job',
    path: OfJob,
    query: emptySchema,
    body: JobPatch,
    run: async (ports: UpdateJobPorts, { path, body: patch }) => ({
      status: 200,
      body: presentJob(await updateJob(ports, { ...path, patch }), ports.now()),
    }),
  }),
};

export const handler = serve(liveJobPorts, endpoints);
