import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as v from 'valibot';
import { DomainError, type ErrorKind, notFound } from '../platform/errors.ts';
import type { Log, Metrics } from '../platform/observability.ts';
import { type TraceContext, traceContextOf } from '../platform/trace.ts';
import { callerOf } from './caller.ts';
import { type PathSchema, parseRequest, type Request, type RequestSchemas } from './request.ts';

/** Ports of every endpoint: the audit log, and the metrics that its lines carry. */
type EndpointPorts = {
  readonly log: Log;
  readonly metrics: Metrics;
  /** Trace of the invocation, as Lambda has it; the one of the request's headers wins. */
  readonly trace?: TraceContext | undefined;
};

type Definition<
  W,
  P extends PathSchema,
  Q extends v.GenericSchema,
  B extends v.GenericSchema,
> = RequestSchemas<P, Q, B> & {
  /** Name of the CLI command; audit lines of writes carry it. */
  readonly verb: string;
  readonly run: (ports: W, request: Request<P, Q, B>) => Promise<Response>;
};

/** Schemas of an endpoint, of which the OpenAPI document is made. */
type EndpointSchemas = RequestSchemas & { readonly verb: string };

export type Endpoint<W> = RouteHandler<W> & { readonly schemas: EndpointSchemas };

/** An endpoint from the schemas of a request and the action that it runs. */
export function endpoint<W, P extends PathSchema, Q extends v.GenericSchema, B extends v.GenericSchema>(
  definition: Definition<W, P, Q, B>,
): Endpoint<W & EndpointPorts> {
  const handleEvent = async (given: W & EndpointPorts, event: APIGatewayProxyEventV2) => {
    const { traceparent, tracestate } = event.headers;
    const ports = { ...given, trace: traceContextOf(traceparent, tracestate) ?? given.trace };
    const response = await handle(definition, ports, event);
    audit(ports, definition.verb, event, response);
    return toResult(response);
  };
  return Object.assign(handleEvent, { schemas: definition });
}

async function handle<W, P extends PathSchema, Q extends v.GenericSchema, B extends v.GenericSchema>(
  definition: Definition<W, P, Q, B>,
  ports: W & EndpointPorts,
  event: APIGatewayProxyEventV2,
): Promise<Response> {
  try {
    return await definition.run(ports, parseRequest(definition, event));
  } catch (error) {
    if (error instanceof DomainError) return problem(error);
    // The write may have happened: it is audited before Lambda sees the error.
    audit(ports, definition.verb, event, { status: 500 });
    throw error;
  }
}

/** Logs one line for each write, rejected ones too: caller, target, status and `location`. No body and no value. */
function audit(
  { log, metrics, trace }: EndpointPorts,
  verb: string,
  event: APIGatewayProxyEventV2,
  { status, headers, traceparent }: Omit<Response, 'body'>,
): void {
  if (event.requestContext.http.method === 'GET') return;
  log('info', 'audit', {
    verb,
    ...event.pathParameters,
    caller: callerId(event),
    status,
    location: headers?.location,
    requestId: event.requestContext.requestId,
    traceparent: trace?.traceparent ?? traceparent,
    ...metrics.take('user'),
  });
}

function callerId(event: APIGatewayProxyEventV2): string | undefined {
  try {
    return callerOf(event).id;
  } catch {
    return undefined;
  }
}

/** Response of an endpoint. Without a `body` the HTTP response has none. */
export type Response = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Trace that was begun for the request, which the audit line names. */
  readonly traceparent?: string | undefined;
};

/** Handles one route. Throws internal errors only, so that Lambda and its alarm count them. */
export type RouteHandler<W> = (
  ports: W,
  event: APIGatewayProxyEventV2,
) => Promise<APIGatewayProxyStructuredResultV2>;

export type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * Time limit of all calls of a request together, in ms. The gateway gives up after 30 s and Lambda after 29 s: this leaves
 * time to answer 503 with `Retry-After`.
 */
const TIMEOUT_MS = 25_000;

/** Handler of a function: calls the endpoint of the route that the gateway matched. */
export const serve =
  <W>(
    ports: (withinMs: number) => Promise<W>,
    endpoints: Readonly<Record<string, RouteHandler<W>>>,
  ): HttpHandler =>
  async (event) => {
    const endpoint = endpoints[event.routeKey];
    // The gateway has only the routes of serverless.yml; a test checks that each has its endpoint.
    if (endpoint === undefined) throw new Error(`No endpoint for "${event.routeKey}" in this function.`);
    if (!isCanonical(event)) return toResult(problem(notFound('No such path: write names as they are.')));
    return endpoint(await ports(TIMEOUT_MS), event);
  };

/**
 * True for a path that has its parameters as they are, without percent-encoding or `..`: a policy on another spelling of a
 * name must not differ from one on the name. A stage and the mapping of a domain may come before the path.
 */
function isCanonical({ routeKey, rawPath, pathParameters = {} }: APIGatewayProxyEventV2): boolean {
  const path = routeKey.replace(/^\w+ /, '').replace(/\{(\w+)\}/g, (_, name) => pathParameters[name] ?? '');
  return rawPath.endsWith(path) && !/%|\/\.\.?(?:\/|$)/.test(rawPath);
}

/** The response in the format of API Gateway (payload 2.0). */
function toResult({ status, headers, body }: Response): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode: status,
    headers: {
      'cache-control': 'no-store',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  };
}

/** HTTP status and title of each kind of error. No other file names status codes of errors. */
export const PROBLEM: Readonly<Record<ErrorKind, { readonly status: number; readonly title: string }>> = {
  malformed: { status: 400, title: 'Malformed' },
  forbidden: { status: 403, title: 'Not allowed' },
  notFound: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict' },
  ended: { status: 409, title: 'Already ended' },
  gone: { status: 410, title: 'Gone' },
  tooLarge: { status: 413, title: 'Too large' },
  invalid: { status: 422, title: 'Invalid' },
  unavailable: { status: 503, title: 'Out of reach' },
};

/** Seconds until a client may retry. */
const RETRY_AFTER = '5';

/** Problem details of RFC 9457 for an error. */
export function problem({ kind, message, fields }: DomainError): Response {
  const { status, title } = PROBLEM[kind];
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(kind === 'unavailable' ? { 'retry-after': RETRY_AFTER } : {}),
    },
    body: {
      type: `urn:taskbridge:problem:${kind}`,
      title,
      status,
      detail: message,
      ...(fields.length === 0 ? {} : { errors: fields }),
    },
  };
}
