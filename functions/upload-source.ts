import { type UploadPorts, uploadSource } from '../lib/builds/upload.ts';
import { endpoint, serve } from '../lib/http/endpoint.ts';
import { emptySchema } from '../lib/http/request.ts';
import { OfApp, UploadBody } from '../lib/http/schemas.ts';
import { liveUploadPorts } from '../lib/platform/wiring.ts';

/** Returns a presigned URL to which an app's source is uploaded. */
export const endpoints = {
  'POST /v1/spaces/{space}/apps/{app}/sources': endpoint({
    verb: 'upload-source',
    path: OfApp,
    query: emptySchema,
    body: UploadBody,
    run: async (ports: UploadPorts, { path, body }) => {
      const result = await uploadSource(ports, { ...path, ...body });
      return { status: result.upload === undefined ? 200 : 201, body: result };
    },
  }),
};

export const handler = serve(liveUploadPorts, endpoints);
