import { endpoint, serve } from '../lib/http/endpoint.ts';
import { presentJob } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { CreateJobBody, InSpace, OfApp, RunLaterBody } from '../lib/http/schemas.ts';
import { createJob, type ManageJobPorts } from '../lib/jobs/manage.ts';
import { runLater } from '../lib/jobs/run-later.ts';
import { liveSchedulePorts } from '../lib/platform/wiring.ts';

/** Creates a job of an app, with or without a schedule, or one that runs a single task at a time. */
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

  'POST /v1/spaces/{space}/apps/{app}/tasks/later': endpoint({
    verb: 'run-task',
    path: OfApp,
    query: emptySchema,
    body: RunLaterBody,
    run: async (ports: ManageJobPorts, { path, body, idempotencyKey }) => {
      const job = await runLater(ports, { ...path, ...body, idempotencyKey });
      return {
        status: 201,
        headers: { location: `/v1/spaces/${path.space}/jobs/${job.name}` },
        body: presentJob(job, ports.now()),
      };
    },
  }),
};

export const handler = serve(liveSchedulePorts, endpoints);
