import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isFromHere, LOCAL_ONLY, listen } from '../http-server.ts';
import type { Authorizer } from './authorizer.ts';
import { consolePage } from './console.ts';
import { type Cors, corsHeaders, isAllowedOrigin, isPreflight, preflightHeaders } from './cors.ts';
import { docsPage } from './docs.ts';
import { type Matched, toEvent } from './event.ts';
import { type Invoke, Throttled } from './pool.ts';
import { matchRoute, type Route } from './routes.ts';

/*
 * Limits of API Gateway (quotas of HTTP APIs) and of Lambda (quotas of synchronous invocations). No quota page names the
 * answers: 500 and 503 are what others have seen on AWS, 413 and 431 what these codes are for.
 */

/** Body of a request in bytes. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** Request line and values of headers together, in bytes. */
const MAX_HEAD_BYTES = 10_240;

/** Event of a function, as JSON, in bytes. */
const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/** Result of a function, as JSON, in bytes: Lambda's message for a larger one names this number. */
const MAX_RESULT_BYTES = 6_291_556;

/** Integration timeout of API Gateway in ms. */
const INTEGRATION_TIMEOUT_MS = 30_000;

/** Longest wait for a function's sandbox in ms. It leaves the function time to respond. */
const MAX_QUEUE_MS = 20_000;

/** `Retry-After` in seconds. */
const RETRY_AFTER = '5';

export type GatewayOptions = {
  readonly routes: readonly Route<Invoke>[];
  readonly authorizer: Authorizer;
  /** Ports to try, in order. Default: any free one. */
  readonly ports?: readonly number[] | undefined;
  /** CORS settings. Absent: no other origin may call it. */
  readonly cors?: Cors | undefined;
  /** Time limit of an invocation in ms. Default: that of API Gateway. */
  readonly integrationTimeoutMs?: number;
  readonly onError: (error: unknown) => void;
  /** Called with every response to a local request. */
  readonly onResponse?: ((response: GatewayResponse) => void) | undefined;
};

/** Request line and response. */
export type GatewayResponse = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Gateway = { readonly url: string; stop(): Promise<void> };

/**
 * Starts an HTTP API on loopback: matches the route, authorizes the request, invokes the function, returns its
 * response.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer((request, response) => {
    handle(options, request, response).catch((error) => {
      options.onError(error);
      if (!response.headersSent) send(response, errorResponse(500, 'Internal Server Error'));
    });
  });
  const { url, close } = await listen(server, options.ports);
  return { url, stop: close };
}

async function handle(options: GatewayOptions, request: IncomingMessage, response: ServerResponse) {
  const { cors } = options;
  if (!isFromHere(request, isAllowedOrigin(cors, request))) {
    return send(response, errorResponse(403, LOCAL_ONLY));
  }
  const { method = 'GET' } = request;
  // The path as it was sent: a URL would resolve `..` and its encodings.
  const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  if (isPreflight(request)) return response.writeHead(204, preflightHeaders(cors, request)).end();
  const page = method === 'GET' ? await pageAt(path) : undefined;
  if (page !== undefined) return response.writeHead(200, page.headers).end(page.body);

  const result = await resultOf(options, request, { path, query });
  const { statusCode: status, headers = {}, body = '' } = result;
  options.onResponse?.({ method, path, status, headers, body });
  send(response, { ...result, headers: { ...headers, ...corsHeaders(cors, request) } });
}

const pageAt = async (path: string) => (await docsPage(path)) ?? consolePage(path);

async function resultOf(
  { routes, authorizer, integrationTimeoutMs = INTEGRATION_TIMEOUT_MS, onError }: GatewayOptions,
  request: IncomingMessage,
  asked: Pick<Matched, 'path' | 'query'>,
): Promise<Result> {
  const match = matchRoute(routes, request.method ?? 'GET', asked.path);
  const body = await bodyOf(request);
  if (headBytesOf(request) > MAX_HEAD_BYTES) return errorResponse(431, 'Request Header Fields Too Large');
  if (match === undefined) return errorResponse(404, 'Not Found');
  if (body === undefined) return errorResponse(413, 'Request Entity Too Large');
  const authorized = await authorizer(request);
  if (authorized === undefined) return errorResponse(401, 'Unauthorized');

  const { routeKey, pathParameters, target } = match;
  const event = toEvent(request, body, { ...asked, routeKey, pathParameters, authorizer: authorized });
  if (jsonBytesOf(event) > MAX_EVENT_BYTES) return errorResponse(413, 'Request Entity Too Large');
  try {
    const invocation = target(event, { maxWaitMs: MAX_QUEUE_MS });
    const result = await Promise.race([invocation, timeout(integrationTimeoutMs)]);
    if (result === 'timeout') return unavailable();
    if (!isResult(result)) throw new Error('The function gave no statusCode.');
    if (jsonBytesOf(result) > MAX_RESULT_BYTES)
      throw new Error(
        `Function.ResponseSizeTooLarge: Response payload size exceeded maximum allowed payload size (${MAX_RESULT_BYTES} bytes).`,
      );
    return result;
  } catch (error) {
    onError(error);
    return error instanceof Throttled ? unavailable() : errorResponse(500, 'Internal Server Error');
  }
}

const timeout = (ms: number): Promise<'timeout'> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms, 'timeout').unref();
  });

/** Size of a request line and the values of its headers, which Node reads as one character a byte. */
const headBytesOf = ({ method = '', url = '', httpVersion, rawHeaders }: IncomingMessage): number =>
  `${method} ${url} HTTP/${httpVersion}`.length +
  rawHeaders.reduce((bytes, text, index) => bytes + (index % 2 === 0 ? 0 : text.length), 0);

/** Size of an event or a result, as Lambda takes it. */
const jsonBytesOf = (payload: object): number => Buffer.byteLength(JSON.stringify(payload));

/**
 * Reads the body; `undefined` if it is too long. It is read to the end even then, so that the sender receives the
 * response.
 */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

/** Error response of API Gateway itself. */
const errorResponse = (statusCode: number, message: string): Result => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});

/** API Gateway's response if the function is throttled or times out, plus a Retry-After. */
function unavailable(): Result {
  const { headers, ...result } = errorResponse(503, 'Service Unavailable');
  return { ...result, headers: { ...headers, 'retry-after': RETRY_AFTER } };
}

/** Structured response of a function (payload 2.0). */
type Result = {
  readonly statusCode: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};
const isResult = (result: unknown): result is Result =>
  typeof result === 'object' &&
  result !== null &&
  'statusCode' in result &&
  typeof result.statusCode === 'number';

function send(response: ServerResponse, { statusCode, headers, body }: Result): void {
  response.writeHead(statusCode, headers).end(body);
}
