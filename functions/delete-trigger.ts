import { deleteTrigger } from '../lib/events/manage-triggers.ts';
import { emptySchema, schedulingEndpoint } from '../lib/http/endpoint.ts';
import { OfJob } from '../lib/http/schemas.ts';
import { serve } from '../lib/http/serve.ts';
import { liveSchedulingPorts } from '../lib/platform/wiring.ts';

/** Takes a job's trigger away. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/jobs/{job}/trigger': schedulingEndpoint({
    verb: 'delete-trigger',
    path: OfJob,
    query: emptySchema,
    body: emptySchema,
    run: async (ports, { path }) => {
      await deleteTrigger(ports, path);
      return { status: 204 };
    },
  }),
};

export const handler = serve(liveSchedulingPorts, endpoints);
