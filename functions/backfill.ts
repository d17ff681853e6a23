import { endpoint, serve } from '../lib/http/endpoint.ts';
import { presentBackfill } from '../lib/http/present-backfill.ts';
import { emptySchema } from '../lib/http/request.ts';
import { BackfillBody, OfJob } from '../lib/http/schemas.ts';
import { type BackfillPorts, backfill } from '../lib/jobs/backfill.ts';
import { type CancelBackfillPorts, cancelBackfill } from '../lib/jobs/cancel-backfill.ts';
import { liveJobPorts } from '../lib/platform/wiring.ts';

/** Runs a job for occurrences of the past, and cancels that. */
export const endpoints = {
  'POST /v1/spaces/{space}/jobs/{job}/backfill': endpoint({
    verb: 'backfill',
    path: OfJob,
    query: emptySchema,
    body: BackfillBody,
    run: async (ports: BackfillPorts, { path, body, caller }) => ({
      status: 200,
      body: presentBackfill(await backfill(ports, { ...path, ...body, requestedBy: caller.id })),
    }),
  }),

  'DELETE /v1/spaces/{space}/jobs/{job}/backfill': endpoint({
    verb: 'cancel-backfill',
    path: OfJob,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: CancelBackfillPorts, { path }) => ({
      status: 200,
      body: await cancelBackfill(ports, path),
    }),
  }),
};

export const handler = serve(liveJobPorts, endpoints);
