import { deleteJobSchedule } from '../lib/actions/delete-job-schedule.ts';
import { nothing, schedulingEndpoint } from '../lib/http/endpoint.ts';
import { OfJob } from '../lib/http/parameters.ts';
import { serve } from '../lib/http/serve.ts';
import { liveSchedulingPorts } from '../lib/wiring.ts';

/** Takes a job's schedule away. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/jobs/{job}/schedule': schedulingEndpoint({
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

export const handler = serve(liveSchedulingPorts, endpoints);
