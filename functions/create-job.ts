import { endpoint } from '../lib/http/endpoint.ts';
import { presentJob } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { CreateJobBody, InSpace } from '../lib/http/schemas.ts';
import { serve } from '../lib/http/serve.ts';
import { createJob } from '../lib/jobs/manage.ts';
import { liveSchedulingPorts, type SchedulingPorts } from '../lib/platform/wiring.ts';

/** Creates a job of an app, with or without a schedule. */
export const endpoints = {
  'POST /v1/spaces/{space}/jobs': endpoint({
    verb: 'create-job',
    path: InSpace,
    query: emptySchema,
    body: CreateJobBody,
    run: async (ports: SchedulingPorts, { path: { space }, body: { name, ...spec } }) => {
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
