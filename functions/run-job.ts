import { endpoint, serve } from '../lib/http/endpoint.ts';
import { presentStarted } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfJob, RunBody } from '../lib/http/schemas.ts';
import { type RunJobPorts, runJob } from '../lib/jobs/manage.ts';
import { liveJobPorts } from '../lib/platform/wiring.ts';

/** Runs a job now. */
export const endpoints = {
  'POST /v1/spaces/{space}/jobs/{job}/run': endpoint({
    verb: 'run-job',
    path: OfJob,
    query: emptySchema,
    body: RunBody,
    run: async (ports: RunJobPorts, { path, body, caller, idempotencyKey }) =>
      presentStarted(
        path.space,
        await runJob(ports, { ...path, ...body, requestedBy: caller.id, idempotencyKey }),
      ),
  }),
};

export const handler = serve(liveJobPorts, endpoints);
