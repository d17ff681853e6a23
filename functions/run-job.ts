import { runJob } from '../lib/actions/run-job.ts';
import { RunBody } from '../lib/http/bodies.ts';
import { endpoint, nothing } from '../lib/http/endpoint.ts';
import { OfJob } from '../lib/http/parameters.ts';
import { presentStarted } from '../lib/http/present.ts';
import { serve } from '../lib/http/serve.ts';
import { livePorts } from '../lib/wiring.ts';

/** Runs a job now. */
export const endpoints = {
  'POST /v1/spaces/{space}/jobs/{job}/run': endpoint({
    verb: 'run-job',
    path: OfJob,
    query: nothing,
    body: RunBody,
    run: async (ports, { path, body, caller, idempotencyKey }) =>
      presentStarted(
        path.space,
        await runJob(ports, { ...path, ...body, requestedBy: caller.id, idempotencyKey }),
      ),
  }),
};

export const handler = serve(livePorts, endpoints);
