import { endpoint, serve } from '../lib/http/endpoint.ts';
import { presentStarted } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfApp, RunBody } from '../lib/http/schemas.ts';
import { liveRunTaskPorts } from '../lib/platform/wiring.ts';
import { type RunTaskPorts, runTask } from '../lib/tasks/run.ts';

/** Runs a task on an app. */
export const endpoints = {
  'POST /v1/spaces/{space}/apps/{app}/tasks': endpoint({
    verb: 'run-task',
    path: OfApp,
    query: emptySchema,
    body: RunBody,
    run: async (ports: RunTaskPorts, { path, body, caller, idempotencyKey }) =>
      presentStarted(
        path.space,
        await runTask(ports, { ...path, ...body, requestedBy: caller.id, idempotencyKey }),
      ),
  }),
};

export const handler = serve(liveRunTaskPorts, endpoints);
