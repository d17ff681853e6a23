import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isFromHere, listen } from '../http-server.ts';
import type { Authorizer } from './authorizer.ts';
import { consolePage } from './console.ts';
import { type Cors, corsHeaders, isAllowedOrigin, isPreflight, preflightHeaders } from './cors.ts';
import { docsPage } from './docs.ts';
import { toEvent } from './event.ts';
import { type Invoke, Throttled } from './pool.ts';
import { matchRoute, type Route } from './routes.ts';

/** API Gateway takes no longer body. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;

/** API Gateway waits no longer for a function, in ms. */
const MAX_WAIT_MS = 30_000;

/** Longest wait for a function's sandbox, in ms: it leaves the function time to answer. */
const MAX_QUEUE_MS = 20_000;

/** When a client may ask again, in seconds. */
const RETRY_AFTER = '5';

/**
 * An idle connection is kept for so long, in ms. Node's own 5 s would end many just as a busy client takes them up again,
 * which then has no answer.
 */
const KEEP_ALIVE_MS = 90_000;

export type GatewayOptions = {
  readonly routes: readonly Route<Invoke>[];
  readonly authorizer: Authorizer;
  /** 0: the system chooses. */
  readonly port: number;
  /** Pages of other origins that may call it; absent: none. */
  readonly cors?: Cors | undefined;
  readonly onError: (error: unknown) => void;
  /** Told of every answer to a request from this machine. */
  readonly onAnswer?: ((answer: GatewayAnswer) => void) | undefined;
};

/** A request's line, and how it was answered. */
export type GatewayAnswer = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

export type Gateway = { readonly url: string; stop(): Promise<void> };

/** An HTTP API on loopback: finds the route, asks the authorizer, calls the function, gives its answer. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch((error) => {
      options.onError(error);
      if (!response.headersSent) send(response, messageOf(500, 'Internal Server Error'));
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const { url, close } = await listen(server, options.port);
  return { url, stop: close };
}

async function answer(options: GatewayOptions, request: IncomingMessage, response: ServerResponse) {
  const { cors } = options;
  if (!isFromHere(request, isAllowedOrigin(cors, request))) {
    return send(response, messageOf(403, 'Forbidden: this server answers programs of its own machine only.'));
  }
  const { method = 'GET' } = request;
  const url = new URL(`http://localhost${request.url ?? '/'}`);
  if (isPreflight(request)) return response.writeHead(204, preflightHeaders(cors, request)).end();
  const page = method === 'GET' ? await pageAt(url.pathname) : undefined;
  if (page !== undefined) return response.writeHead(200, page.headers).end(page.body);

  const result = await resultOf(options, request, url);
  const { statusCode: status, headers = {}, body = '' } = result;
  options.onAnswer?.({ method, path: url.pathname, status, headers, body });
  send(response, { ...result, headers: { ...headers, ...corsHeaders(cors, request) } });
}

const pageAt = async (path: string) => (await docsPage(path)) ?? consolePage(path);

async function resultOf(
  { routes, authorizer, onError }: GatewayOptions,
  request: IncomingMessage,
  url: URL,
): Promise<Result> {
  const match = matchRoute(routes, request.method ?? 'GET', url.pathname);
  const body = await bodyOf(request);
  if (match === undefined) return messageOf(404, 'Not Found');
  if (body === undefined) return messageOf(413, 'Request Entity Too Large');
  const authorized = await authorizer(request);
  if (authorized === undefined) return messageOf(401, 'Unauthorized');

  const { routeKey, pathParameters, target } = match;
  const event = toEvent(request, body, { routeKey, pathParameters, url, authorizer: authorized });
  try {
    const result = await Promise.race([target(event, { maxWaitMs: MAX_QUEUE_MS }), timeout()]);
    if (result === 'timeout') return unavailable();
    if (isResult(result)) return result;
    throw new Error('The function gave no statusCode.');
  } catch (error) {
    onError(error);
    return error instanceof Throttled ? unavailable() : messageOf(500, 'Internal Server Error');
  }
}

const timeout = (): Promise<'timeout'> =>
  new Promise((resolve) => {
    setTimeout(resolve, MAX_WAIT_MS, 'timeout').unref();
  });

/** `undefined` when the body is too long; it is read to its end all the same, or its sender would not hear the answer. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks);
}

/** What API Gateway answers by itself. */
const messageOf = (statusCode: number, message: string): Result => ({
  statusCode,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ message }),
});

/** API Gateway's answer when the function is throttled or late, with a Retry-After, which it does not give. */
function unavailable(): Result {
  const { headers, ...result } = messageOf(503, 'Service Unavailable');
  return { ...result, headers: { ...headers, 'retry-after': RETRY_AFTER } };
}

/** What a function may answer (payload 2.0); ours always give the structured form. */
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
