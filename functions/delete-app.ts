import { type DeleteAppPorts, deleteApp } from '../lib/apps/delete.ts';
import { endpoint, serve } from '../lib/http/endpoint.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfApp } from '../lib/http/schemas.ts';
import { liveJobPorts } from '../lib/platform/wiring.ts';

/** Deletes an app with all that it owns. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/apps/{app}': endpoint({
    verb: 'delete',
    path: OfApp,
    query: emptySchema,
    body: emptySchema,
    run: async (ports: DeleteAppPorts, { path }) => {
      await deleteApp(ports, path);
      return { status: 204 };
    },
  }),
};

export const handler = serve(liveJobPorts, endpoints);
