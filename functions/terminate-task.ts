import { endpoint, serve } from '../lib/http/endpoint.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfTask, OfTaskId } from '../lib/http/schemas.ts';
import { liveTerminatePorts } from '../lib/platform/wiring.ts';
import { type TerminatePorts, terminateTask } from '../lib/tasks/terminate.ts';

const terminate = (path: typeof OfTask | typeof OfTaskId) =>
  endpoint({
    verb: 'terminate-task',
    path,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: TerminatePorts, { path: ref }) => ({
      status: 202,
      body: await terminateTask(ports, ref),
    }),
  });

/** Terminates a task, named by itself or by its app and id. The response has the end of its log. */
export const endpoints = {
  'POST /v1/spaces/{space}/tasks/{task}/terminate': terminate(OfTask),
  'POST /v1/spaces/{space}/apps/{app}/tasks/{id}/terminate': terminate(OfTaskId),
};

export const handler = serve(liveTerminatePorts, endpoints);
