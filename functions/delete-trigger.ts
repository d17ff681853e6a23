import { deleteTrigger, type ManageTriggerPorts } from '../lib/events/manage-triggers.ts';
import { endpoint, serve } from '../lib/http/endpoint.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfJob } from '../lib/http/schemas.ts';
import { liveSchedulePorts } from '../lib/platform/wiring.ts';

/** Deletes the trigger of a job. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/jobs/{job}/trigger': endpoint({
    verb: 'delete-trigger',
    path: OfJob,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: ManageTriggerPorts, { path }) => {
      await deleteTrigger(ports, path);
      return { status: 204 };
    },
  }),
};

export const handler = serve(liveSchedulePorts, endpoints);
