import { createTrigger, type ManageTriggerPorts } from '../lib/events/manage-triggers.ts';
import { Trigger } from '../lib/events/trigger.ts';
import { endpoint, serve } from '../lib/http/endpoint.ts';
import { presentJob } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfJob } from '../lib/http/schemas.ts';
import { liveSchedulePorts } from '../lib/platform/wiring.ts';

/** Sets the trigger of a job: each matching event starts a task. */
export const endpoints = {
  'PUT /v1/spaces/{space}/jobs/{job}/trigger': endpoint({
    verb: 'create-trigger',
    path: OfJob,
    query: emptySchema,
    body: Trigger,
    run: async (ports: ManageTriggerPorts, { path, body: trigger }) => ({
      status: 200,
      body: presentJob(await createTrigger(ports, { ...path, trigger }), ports.now()),
    }),
  }),
};

export const handler = serve(liveSchedulePorts, endpoints);
