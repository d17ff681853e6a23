import { runTask } from '../lib/actions/run-task.ts';
import { RunBody } from '../lib/http/bodies.ts';
import { endpoint, nothing } from '../lib/http/endpoint.ts';
import { OfApp } from '../lib/http/parameters.ts';
import { presentStarted } from '../lib/http/present.ts';
import { serve } from '../lib/http/serve.ts';
import { livePorts } from '../lib/wiring.ts';

/** Runs a task on an app. */
export const endpoints = {
  'POST /v1/spaces/{space}/apps/{app}/tasks': endpoint({
    verb: 'run-task',
    path: OfApp,
    query: nothing,
    body: RunBody,
    run: async (ports, { path, body, caller, idempotencyKey }) =>
      presentStarted(
        path.space,
        await runTask(ports, { ...path, ...body, requestedBy: caller.id, idempotencyKey }),
      ),
  }),
};

export const handler = serve(livePorts, endpoints);
