import { AppSpec } from '../lib/apps/app.ts';
import { type PushPorts, pushApp } from '../lib/apps/push.ts';
import { endpoint, serve } from '../lib/http/endpoint.ts';
import { presentApp } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { ApplyJobsBody, OfApp } from '../lib/http/schemas.ts';
import { type ApplyJobsPorts, applyJobs } from '../lib/jobs/apply.ts';
import { livePushPorts } from '../lib/platform/wiring.ts';

/** Creates or replaces an app, and applies its jobs. */
export const endpoints = {
  'PUT /v1/spaces/{space}/apps/{app}': endpoint({
    verb: 'push',
    path: OfApp,
    query: emptySchema,
    body: AppSpec,
    run: async (ports: PushPorts, { path, body, caller }) => {
      const { app, created } = await pushApp(ports, {
        space: path.space,
        name: path.app,
        spec: body,
        requestedBy: caller.id,
      });
      return { status: created ? 201 : 200, body: presentApp(app) };
    },
  }),

  'PUT /v1/spaces/{space}/apps/{app}/jobs': endpoint({
    verb: 'apply',
    path: OfApp,
    query: emptySchema,
    body: ApplyJobsBody,
    run: async (ports: ApplyJobsPorts, { path, body }) => ({
      status: 200,
      body: { jobs: await applyJobs(ports, { ...path, ...body }) },
    }),
  }),
};

export const handler = serve(livePushPorts, endpoints);
