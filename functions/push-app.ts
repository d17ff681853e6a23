import { AppSpec } from '../lib/apps/app.ts';
import { pushApp } from '../lib/apps/push.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { presentApp } from '../lib/http/present.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfApp } from '../lib/http/schemas.ts';
import { serve } from '../lib/http/serve.ts';
import { type BuildingPorts, liveBuildingPorts } from '../lib/platform/wiring.ts';

/** Creates or replaces an app. */
export const endpoints = {
  'PUT /v1/spaces/{space}/apps/{app}': endpoint({
    verb: 'push',
    path: OfApp,
    query: emptySchema,
    body: AppSpec,
    run: async (ports: BuildingPorts, { path, body, caller }) => {
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

export const handler = serve(liveBuildingPorts, endpoints);
