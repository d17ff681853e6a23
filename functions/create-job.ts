import { endpoint, serve } from '../lib/http/endpoint.ts';
import { presentJob } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { CreateJobBody, InSpace } from '../lib/http/schemas.ts';
import { createJob, type ManageJobPorts } from '../lib/jobs/manage.ts';
import { liveSchedulePorts } from '../lib/platform/wiring.ts';

/** Creates a job of an app, with or without a schedule. */
export const endpoints = {
  'POST /v1/spaces/{space}/jobs': endpoint({
    verb: 'create-job',
    path: InSpace,
    query: emptySchema,
    body: CreateJobBody,
    run: async (ports: ManageJobPorts, { path: { space }, body: { name, ...spec } }) => {
      const job = await createJob(ports, { space, name, spec });
      return {
        status: 201,
        headers: { location: `/v1/spaces/${space}/jobs/${name}` },
        body: presentJob(job, ports.now()),
      };
    },
  }),
};

export const handler = serve(liveSchedulePorts, endpoints);
