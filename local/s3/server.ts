import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Credentials } from '../credentials.ts';
import type { StackPermissions } from '../iam/stack-permissions.ts';
import { S3Error, toXml } from './errors.ts';
import type { Objects, StoredObject } from './objects.ts';
import { signerOf } from './signature.ts';

export type S3Options = {
  readonly bucket: string;
  /** Reference to the bucket in the template's statements. */
  readonly inTemplate: string;
  readonly objects: Objects;
  readonly credentials: Credentials;
  readonly permissions: StackPermissions;
  readonly now: () => Date;
};

/**
 * S3 API for one bucket with the operations that pushes and builds use: PUT, GET and HEAD, path-style, signed by
 * headers or a presigned URL. Checks in S3's order: signature and age, the signer's permissions, then length and
 * checksum.
 */
export const createS3Server = (options: S3Options): Server =>
  createServer(async (request, response) => {
    const requestId = randomUUID();
    response.setHeader('x-amz-request-id', requestId);
    try {
      await handle(options, request, response);
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      const refusal = error instanceof S3Error ? error : new S3Error(500, 'InternalError', String(error));
      refuse(request, response, { refusal, requestId });
    }
  });

type Refused = { readonly refusal: S3Error; readonly requestId: string };

/** Responds with an error without waiting for the rest of the body; the connection is closed. */
function refuse(request: IncomingMessage, response: ServerResponse, { refusal, requestId }: Refused): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = request.method === 'HEAD' ? '' : toXml(refusal, requestId);
  response.writeHead(refusal.status, { 'content-type': 'application/xml', connection: 'close' }).end(body);
}

async function handle(options: S3Options, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { bucket, objects, credentials, now } = options;
  const { method = '', headers } = request;
  const url = new URL(request.url ?? '/', `http://${headers.host}`);
  const accessKey = await signerOf({ method, url, headers }, { credentials, now: now() });
  const [name = '', ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
  const key = rest.join('/');
  if (name !== bucket) {
    throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist', { BucketName: name });
  }
  if (key === '' || !['GET', 'HEAD', 'PUT'].includes(method)) {
    throw new S3Error(501, 'NotImplemented', 'Only GET, HEAD and PUT of an object are served here.');
  }
  const action = method === 'PUT' ? 's3:PutObject' : 's3:GetObject';
  checkPermission(options, accessKey, action, `/${key}`);
  if (method === 'PUT') {
    const { etag, checksum } = await objects.put(key, request);
    response.writeHead(200, { etag, ...checksumHeader(checksum) }).end();
    return;
  }
  const object = objects.get(key);
  if (object === undefined) throw noSuchKey(options, accessKey, key);
  const isChecked = headers['x-amz-checksum-mode'] === 'ENABLED';
  response.writeHead(200, { ...headersOf(object), ...(isChecked ? checksumHeader(object.checksum) : {}) });
  if (method === 'HEAD') response.end();
  else await pipeline(objects.read(object), response);
}

const checksumHeader = (checksum: string | undefined) =>
  checksum === undefined ? {} : { 'x-amz-checksum-sha256': checksum };

const headersOf = ({ size, etag, lastModified }: StoredObject) => ({
  'content-length': size,
  'content-type': 'binary/octet-stream',
  'last-modified': lastModified.toUTCString(),
  etag,
});

/** A caller who may not list the bucket gets 403 for a missing key (Amazon S3 User Guide, HeadObject). */
function noSuchKey(options: S3Options, accessKey: string, key: string): S3Error {
  checkPermission(options, accessKey, 's3:ListBucket', '');
  return new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
}

function checkPermission(
  { bucket, inTemplate, permissions }: S3Options,
  accessKey: string,
  action: string,
  path: string,
): void {
  const refusals = [`arn:aws:s3:::${bucket}`, inTemplate].map((arn) =>
    permissions.denialOf(accessKey, action, `${arn}${path}`),
  );
  const [refusal] = refusals;
  if (refusal === undefined || refusals.includes(undefined)) return;
  if (refusal.code === 'UnrecognizedClientException') {
    throw new S3Error(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      { AWSAccessKeyId: accessKey },
    );
  }
  throw new S3Error(403, 'AccessDenied', refusal.message);
}
