import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as v from 'valibot';
import { DomainError, invalid } from '../platform/errors.ts';
import type { BuildingPorts, Ports, SchedulingPorts, UploadingPorts } from '../platform/ports.ts';
import { fields, type Parsed, parse } from '../platform/schema.ts';
import { IdempotencyKey } from '../tasks/run-request.ts';
import { jsonBody } from './body.ts';
import { type Caller, callerOf } from './caller.ts';
import { problem } from './problem.ts';
import { type Response, toResult } from './response.ts';

/** The schema of a part that must be empty: a misspelt parameter is refused rather than ignored. */
export const emptySchema = fields({});

/** A path names its space, or is about no space at all: a parameter that its schema does not have is refused. */
type PathSchema = v.GenericSchema<unknown, { readonly space?: string }>;

/** A request whose every part was parsed. */
type Request<P extends PathSchema, Q extends v.GenericSchema, B extends v.GenericSchema> = {
  readonly path: v.InferOutput<P>;
  readonly query: v.InferOutput<Q>;
  readonly body: v.InferOutput<B>;
  readonly caller: Caller;
  readonly idempotencyKey: string | undefined;
};

type Definition<W, P extends PathSchema, Q extends v.GenericSchema, B extends v.GenericSchema> = {
  /** The command line's name of what is done; each write is logged under it with who asked. */
  readonly verb: string;
  readonly path: P;
  readonly query: Q;
  readonly body: B;
  readonly run: (ports: W, request: Request<P, Q, B>) => Promise<Response>;
};

/** What an endpoint takes, for whoever tells others what may be asked. */
type EndpointSchemas = {
  readonly verb: string;
  readonly path: v.GenericSchema;
  readonly query: v.GenericSchema;
  readonly body: v.GenericSchema;
};

/** Answers one route. Throws only what is a fault of ours: Lambda, and its alarm, must see it. */
export type RouteHandler<W extends Ports = Ports> = (
  ports: W,
  event: APIGatewayProxyEventV2,
) => Promise<APIGatewayProxyStructuredResultV2>;

export type Endpoint<W extends Ports = Ports> = RouteHandler<W> & { readonly schemas: EndpointSchemas };

const endpointOver =
  <W extends Ports>() =>
  <P extends PathSchema, Q extends v.GenericSchema, B extends v.GenericSchema>(
    definition: Definition<W, P, Q, B>,
  ): Endpoint<W> => {
    const handleEvent = async (ports: W, event: APIGatewayProxyEventV2) => {
      const response = await handle(definition, ports, event);
      audit(ports, definition.verb, event, response);
      return toResult(response);
    };
    return Object.assign(handleEvent, { schemas: definition });
  };

/** An endpoint from the schemas of its parts and what it does with them. */
export const endpoint = endpointOver<Ports>();

/** The same for what builds images. */
export const buildingEndpoint = endpointOver<BuildingPorts>();

/** The same for what writes rules. */
export const schedulingEndpoint = endpointOver<SchedulingPorts>();

/** The same for what takes uploads. */
export const uploadingEndpoint = endpointOver<UploadingPorts>();

async function handle<
  W extends Ports,
  P extends PathSchema,
  Q extends v.GenericSchema,
  B extends v.GenericSchema,
>(definition: Definition<W, P, Q, B>, ports: W, event: APIGatewayProxyEventV2): Promise<Response> {
  try {
    return await definition.run(ports, parseRequest(definition, event));
  } catch (error) {
    if (error instanceof DomainError) return problem(error);
    // The write may have happened: its line is written before Lambda sees the fault.
    audit(ports, definition.verb, event, { status: 500 });
    throw error;
  }
}

function parseRequest<P extends PathSchema, Q extends v.GenericSchema, B extends v.GenericSchema>(
  { path, query, body }: Pick<Definition<never, P, Q, B>, 'path' | 'query' | 'body'>,
  event: APIGatewayProxyEventV2,
): Request<P, Q, B> {
  const caller = callerOf(authorizerOf(event));
  const inPath = unwrap(parse(path, event.pathParameters ?? {}, 'path'));
  if (inPath.space !== undefined && !caller.mayUse(inPath.space)) {
    throw new DomainError(
      'forbidden',
      `The claim "spaces" of your token does not name space "${inPath.space}".`,
    );
  }
  return {
    caller,
    path: inPath,
    query: unwrap(parse(query, event.queryStringParameters ?? {}, 'query')),
    idempotencyKey: unwrap(parse(IdempotencyKey, event.headers['idempotency-key'], 'Idempotency-Key')),
    body: unwrap(parse(body, jsonBody(event.body, event.isBase64Encoded), 'body')),
  };
}

function unwrap<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw invalid(...parsed.errors);
}

/** The types know no authorizer, since a route may go without; none of ours does. */
const authorizerOf = ({ requestContext }: APIGatewayProxyEventV2): unknown =>
  'authorizer' in requestContext ? requestContext.authorizer : undefined;

/**
 * One line for each write, refused ones too: who asked for what, how it was answered, and where what it made is. No
 * body, no value.
 */
function audit(
  { log, metrics }: Ports,
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
