import { deleteApp } from '../lib/actions/delete-app.ts';
import { endpoint, nothing } from '../lib/http/endpoint.ts';
import { OfApp } from '../lib/http/parameters.ts';
import { serve } from '../lib/http/serve.ts';
import { livePorts } from '../lib/wiring.ts';

/** Deletes an app with all that it owns. */
export const endpoints = {
  'DELETE /v1/spaces/{space}/apps/{app}': endpoint({
    verb: 'delete',
    path: OfApp,
    query: nothing,
    body: nothing,
    run: async (ports, { path }) => {
      await deleteApp(ports, path);
      return { status: 204 };
    },
  }),
};

export const handler = serve(livePorts, endpoints);
