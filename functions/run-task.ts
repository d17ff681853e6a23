import * as v from 'valibot';
import { runTask } from '../lib/actions/run-task.ts';
import { livePorts } from '../lib/compose.ts';
import { Command, Resources } from '../lib/domain/app.ts';
import { argument, fields } from '../lib/domain/schema.ts';
import { endpoint, nothing } from '../lib/http/endpoint.ts';
import { OfApp } from '../lib/http/parameters.ts';
import { serve } from '../lib/http/serve.ts';

const RunTask = fields({
  command: v.optional(Command),
  name: v.optional(argument(256)),
  resources: v.optional(Resources),
});

/** Runs a task on an app. */
export const endpoints = {
  'POST /v1/spaces/{space}/apps/{app}/tasks': endpoint({
    verb: 'run-task',
    path: OfApp,
    query: nothing,
    body: RunTask,
    run: async (ports, { path, body, caller, idempotencyKey }) => {
      const { outcome, task } = await runTask(ports, {
        ...path,
        ...body,
        requestedBy: caller.id,
        idempotencyKey,
      });
      return {
        status: outcome === 'started' ? 201 : 200,
        headers: { location: `/v1/spaces/${path.space}/tasks/${task.name}` },
        body: task,
      };
    },
  }),
};

export const handler = serve(livePorts, endpoints);
