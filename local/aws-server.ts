import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { AwsError } from './aws-error.ts';
import type { Credentials } from './credentials.ts';
import { isFromHere, LOCAL_ONLY } from './http-server.ts';
import { checkSignature, readSignature } from './iam/signature.ts';

/** Limit of a request's body in bytes: 100 targets of a rule with an input each fit. */
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/** Signed request of a program of this machine. */
export type AwsRequest = {
  readonly request: IncomingMessage;
  /** Access key that the request is signed with. */
  readonly accessKey: string;
  /** Operation in `X-Amz-Target`, without the name of the API; empty if there is none. */
  readonly operation: string;
  readonly body: string;
};

type AwsResponse = { readonly status: number; readonly body?: object };

export type AwsService = {
  /** Name of the service in signatures, such as `events`. */
  readonly service: string;
  readonly credentials: Credentials;
  readonly contentType: string;
  /** Responds to a request; an {@link AwsError} becomes an error response, any other error 500. */
  readonly handle: (request: AwsRequest) => AwsResponse | Promise<AwsResponse>;
  /** Body of an error response. Default: that of the JSON protocols. */
  readonly errorBody?: (error: AwsError) => object;
};

/**
 * Creates the server of an AWS service that has JSON bodies. Only requests of local programs with a valid signature
 * of an access key of this start are handled.
 */
export const createAwsServer = (service: AwsService): Server =>
  createServer((request, response) => {
    respond(service, request)
      .then((answer) => send(service, response, answer))
      .catch((error: unknown) => fail(service, response, error));
  });

async function respond(service: AwsService, request: IncomingMessage): Promise<AwsResponse> {
  if (!isFromHere(request)) throw new AwsError('AccessDeniedException', LOCAL_ONLY, 403);
  const body = await bodyOf(request);
  return service.handle({
    request,
    accessKey: await signerOf(service, request, body),
    operation: String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, ''),
    body,
  });
}

/** Throws if the body is too long; the rest of it is not read. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES)
      throw new AwsError('RequestEntityTooLargeException', `More than ${MAX_BODY_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Access key of the signature, in the header only. Throws if it is missing or wrong. */
async function signerOf(
  { service, credentials }: AwsService,
  request: IncomingMessage,
  body: string,
): Promise<string> {
  const { method = '', headers, url = '/' } = request;
  const signed = { method, headers, body, url: new URL(`http://${headers.host}${url}`) };
  const signature = readSignature(signed);
  if (signature === undefined || signature.isPresigned)
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403);
  const checked = await checkSignature(signed, signature, { credentials, service });
  if (checked === 'valid') return signature.accessKey;
  throw new AwsError(
    'InvalidSignatureException',
    'The request signature we calculated does not match the signature you provided. ' +
      'Use the access key that this start has printed.',
    403,
  );
}

function send({ contentType }: AwsService, response: ServerResponse, { status, body }: AwsResponse): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
}

/** Responds with an AWS error, or with 500 and the stack for a bug of the server. */
function fail(service: AwsService, response: ServerResponse, error: unknown): void {
  const refusal =
    error instanceof AwsError
      ? error
      : new AwsError('InternalFailure', String(error instanceof Error ? error.stack : error), 500);
  response.setHeader('x-amzn-errortype', refusal.code);
  // Closes the connection if the body was not read to its end; the rest would be parsed as the next request.
  if (!response.req.complete) response.setHeader('connection', 'close');
  const { errorBody = ({ code, message }) => ({ __type: code, message }) } = service;
  send(service, response, { status: refusal.status, body: errorBody(refusal) });
}
