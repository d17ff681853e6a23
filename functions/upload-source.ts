import { uploadSource } from '../lib/builds/upload.ts';
import { emptySchema, uploadingEndpoint } from '../lib/http/endpoint.ts';
import { OfApp, UploadBody } from '../lib/http/schemas.ts';
import { serve } from '../lib/http/serve.ts';
import { liveUploadingPorts } from '../lib/platform/wiring.ts';

/** Tells where an app's source is to be uploaded. */
export const endpoints = {
  'POST /v1/spaces/{space}/apps/{app}/sources': uploadingEndpoint({
    verb: 'upload-source',
    path: OfApp,
    query: emptySchema,
    body: UploadBody,
    run: async (ports, { path, body }) => {
      const answer = await uploadSource(ports, { ...path, ...body });
      return { status: answer.upload === undefined ? 200 : 201, body: answer };
    },
  }),
};

export const handler = serve(liveUploadingPorts, endpoints);
