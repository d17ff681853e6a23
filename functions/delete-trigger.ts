import { deleteTrigger } from '../lib/actions/delete-trigger.ts';
import { nothing, schedulingEndpoint } from '../lib/http/endpoint.ts';
import { OfJob } from '../lib/http/parameters.ts';
import { serve } from '../lib/http/serve.ts';
import { liveSchedulingPorts } from '../lib/wiring.ts';

/** Takes a job's trigger away. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/jobs/{job}/trigger': schedulingEndpoint({
    verb: 'delete-trigger',
    path: OfJob,
    query: nothing,
    body: nothing,
    run: async (ports, { path }) => {
      await deleteTrigger(ports, path);
      return { status: 204 };
    },
  }),
};

export const handler = serve(liveSchedulingPorts, endpoints);
