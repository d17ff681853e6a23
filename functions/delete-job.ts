import { deleteJob } from '../lib/actions/delete-job.ts';
import { nothing, schedulingEndpoint } from '../lib/http/endpoint.ts';
import { OfJob } from '../lib/http/parameters.ts';
import { serve } from '../lib/http/serve.ts';
import { liveSchedulingPorts } from '../lib/wiring.ts';

/** Deletes a job with its rules and all its tasks. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/jobs/{job}': schedulingEndpoint({
    verb: 'delete-job',
    path: OfJob,
    query: nothing,
    body: nothing,
    run: async (ports, { path }) => {
      await deleteJob(ports, path);
      return { status: 204 };
    },
  }),
};

export const handler = serve(liveSchedulingPorts, endpoints);
