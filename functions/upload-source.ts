import { uploadSource } from '../lib/builds/upload.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfApp, UploadBody } from '../lib/http/schemas.ts';
import { serve } from '../lib/http/serve.ts';
import type { UploadingPorts } from '../lib/platform/ports.ts';
import { liveUploadingPorts } from '../lib/platform/wiring.ts';

/** Tells where an app's source is to be uploaded. */
export const endpoints = {
  'POST /v1/spaces/{space}/apps/{app}/sources': endpoint({
    verb: 'upload-source',
    path: OfApp,
    query: emptySchema,
    body: UploadBody,
    run: async (ports: UploadingPorts, { path, body }) => {
      const answer = await uploadSource(ports, { ...path, ...body });
      return { status: answer.upload === undefined ? 200 : 201, body: answer };
    },
  }),
};

export const handler = serve(liveUploadingPorts, endpoints);
