import { endpoint } from '../lib/http/endpoint.ts';
import { presentStarted } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfJob, RunBody } from '../lib/http/schemas.ts';
import { serve } from '../lib/http/serve.ts';
import { runJob } from '../lib/jobs/run.ts';
import { livePorts, type Ports } from '../lib/platform/wiring.ts';

/** Runs a job now. */
export const endpoints = {
  'POST /v1/spaces/{space}/jobs/{job}/run': endpoint({
    verb: 'run-job',
    path: OfJob,
    query: emptySchema,
    body: RunBody,
    run: async (ports: Ports, { path, body, caller, idempotencyKey }) =>
      presentStarted(
        path.space,
        await runJob(ports, { ...path, ...body, requestedBy: caller.id, idempotencyKey }),
      ),
  }),
};

export const handler = serve(livePorts, endpoints);
