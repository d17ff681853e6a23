import { readFile } from 'node:fs/promises';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { RouteHandler } from '../../lib/http/endpoint.ts';
import { memoryPorts } from './memory-ports.ts';

type Parts = Partial<APIGatewayProxyEventV2> & { readonly authorizer?: unknown };

/** Sample event of this name with some parts replaced; `authorizer` is put into its request context. */
export async function sampleEvent(
  name: string,
  { authorizer, ...parts }: Parts = {},
): Promise<APIGatewayProxyEventV2> {
  const file = new URL(`../../events/${name}.json`, import.meta.url);
  const event = JSON.parse(await readFile(file, 'utf8'));
  const { routeKey, pathParameters = {} } = { ...event, ...parts };
  // As the gateway decodes it.
  const rawPath = routeKey
    .replace(/^\w+ /, '')
    .replace(/\{(\w+)\}/g, (_: string, field: string) => pathParameters[field] ?? '');
  const requestContext = { ...event.requestContext, ...(authorizer === undefined ? {} : { authorizer }) };
  return { ...event, rawPath, requestContext, ...parts };
}

export const runTaskEvent = (parts?: Parts): Promise<APIGatewayProxyEventV2> =>
  sampleEvent('run-task', parts);

/** A request of a scenario, which has what the functions read of the gateway's event and no more. */
export const gatewayEvent = (event: unknown): APIGatewayProxyEventV2 => event as APIGatewayProxyEventV2;

/** Lists within each other: so many levels. */
export function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

const PARAMETERS: Readonly<Record<string, string>> = {
  space: 'team-a',
  app: 'billing',
  job: 'report',
  task: 'billing-abc',
  id: 'abc',
};

/** A request to a route, such as `POST /v1/spaces/{space}/jobs`, by IAM. */
export async function eventOf(routeKey: string, body: string): Promise<APIGatewayProxyEventV2> {
  const names = [...routeKey.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const pathParameters = Object.fromEntries(names.map((name) => [name, PARAMETERS[name]]));
  const { headers: _, ...event } = await runTaskEvent({ routeKey, pathParameters, body });
  return { ...event, headers: {} };
}

/** Calls a route that answers before it uses a port, but to log and to count. */
export const callRoute = (handle: RouteHandler<never>, event: APIGatewayProxyEventV2) =>
  handle(memoryPorts() as never, event);
