import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as v from 'valibot';
import { DomainError } from '../platform/errors.ts';
import type { Log, Metrics } from '../platform/observability.ts';
import { callerOf } from './caller.ts';
import { problem } from './problem.ts';
import { authorizerOf, type PathSchema, parseRequest, type Request, type RequestSchemas } from './request.ts';
import { type Response, type RouteHandler, toResult } from './serve.ts';

/** Ports of every endpoint: the audit log, and the metrics that its lines carry. */
type EndpointPorts = { readonly log: Log; readonly metrics: Metrics };

type Definition<
  W extends EndpointPorts,
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
export function endpoint<
  W extends EndpointPorts,
  P extends PathSchema,
  Q extends v.GenericSchema,
  B extends v.GenericSchema,
>(definition: Definition<W, P, Q, B>): Endpoint<W> {
  const handleEvent = async (ports: W, event: APIGatewayProxyEventV2) => {
    const response = await handle(definition, ports, event);
    audit(ports, definition.verb, event, response);
    return toResult(response);
  };
  return Object.assign(handleEvent, { schemas: definition });
}

async function handle<
  W extends EndpointPorts,
  P extends PathSchema,
  Q extends v.GenericSchema,
  B extends v.GenericSchema,
>(definition: Definition<W, P, Q, B>, ports: W, event: APIGatewayProxyEventV2): Promise<Response> {
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
  { log, metrics }: EndpointPorts,
  verb: string,
  event: APIGatewayProxyEventV2,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
): void {
  if (event.requestContext.http.method === 'GET') return;
  log('info', 'audit', {
    verb,
    ...event.pathParameters,
    caller: callerId(event),
    status,
    location: headers?.location,
    requestId: event.requestContext.requestId,
    ...metrics.take('user'),
  });
}

function callerId(event: APIGatewayProxyEventV2): string | undefined {
  try {
    return callerOf(authorizerOf(event)).id;
  } catch {
    return undefined;
  }
}
