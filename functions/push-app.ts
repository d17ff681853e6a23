import { AppSpec } from '../lib/apps/app.ts';
import { type PushPorts, pushApp } from '../lib/apps/push.ts';
import { endpoint, serve } from '../lib/http/endpoint.ts';
import { presentApp } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfApp } from '../lib/http/schemas.ts';
import { livePushPorts } from '../lib/platform/wiring.ts';

/** Creates or replaces an app. */
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
};

export const handler = serve(livePushPorts, endpoints);
