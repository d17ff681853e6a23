import { createJob } from '../lib/actions/create-job.ts';
import { CreateJobBody } from '../lib/http/bodies.ts';
import { nothing, schedulingEndpoint } from '../lib/http/endpoint.ts';
import { InSpace } from '../lib/http/parameters.ts';
import { presentJob } from '../lib/http/present-job.ts';
import { serve } from '../lib/http/serve.ts';
import { liveSchedulingPorts } from '../lib/wiring.ts';

/** Makes a job of an app, with or without a schedule. */
export const endpoints = {
  'POST /v1/spaces/{space}/jobs': schedulingEndpoint({
    verb: 'create-job',
    path: InSpace,
    query: nothing,
    body: CreateJobBody,
    run: async (ports, { path: { space }, body: { name, ...spec } }) => {
      const job = await createJob(ports, { space, name, spec });
      return {
        status: 201,
        headers: { location: `/v1/spaces/${space}/jobs/${name}` },
        body: presentJob(job, ports.now()),
      };
    },
  }),
};

export const handler = serve(liveSchedulingPorts, endpoints);
