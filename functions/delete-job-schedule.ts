import { deleteJobSchedule } from '../lib/actions/delete-job-schedule.ts';
import { livePorts } from '../lib/compose.ts';
import { endpoint, nothing } from '../lib/http/endpoint.ts';
import { OfJob } from '../lib/http/parameters.ts';
import { serve } from '../lib/http/serve.ts';

/** Takes a job's schedule away. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/jobs/{job}/schedule': endpoint({
    verb: 'delete-job-schedule',
    path: OfJob,
    query: nothing,
    body: nothing,
    run: async (ports, { path }) => {
      await deleteJobSchedule(ports, path);
      return { status: 204 };
    },
  }),
};

export const handler = serve(livePorts, endpoints);
