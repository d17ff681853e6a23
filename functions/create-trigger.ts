import { createTrigger } from '../lib/actions/create-trigger.ts';
import { Trigger } from '../lib/domain/trigger.ts';
import { nothing, schedulingEndpoint } from '../lib/http/endpoint.ts';
import { OfJob } from '../lib/http/parameters.ts';
import { presentJob } from '../lib/http/present-job.ts';
import { serve } from '../lib/http/serve.ts';
import { liveSchedulingPorts } from '../lib/wiring.ts';

/** Gives a job its trigger: events of which each becomes a task. */
export const endpoints = {
  'PUT /v1/spaces/{space}/jobs/{job}/trigger': schedulingEndpoint({
    verb: 'create-trigger',
    path: OfJob,
    query: nothing,
    body: Trigger,
    run: async (ports, { path, body: trigger }) => ({
      status: 200,
      body: presentJob(await createTrigger(ports, { ...path, trigger }), ports.now()),
    }),
  }),
};

export const handler = serve(liveSchedulingPorts, endpoints);
