import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Ports } from '../platform/ports.ts';
import type { RouteHandler } from './endpoint.ts';

export type HttpHandler = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * Longest that the calls of a request may take together, in ms. The gateway gives up after 30 s, Lambda after 29: before
 * that the client is told when to come back.
 */
const ANSWER_MS = 25_000;

/** A function's handler: the endpoint of the route that the gateway matched. */
export const serve =
  <W extends Ports>(
    ports: (withinMs: number) => Promise<W>,
    endpoints: Readonly<Record<string, RouteHandler<W>>>,
  ): HttpHandler =>
  async (event) => {
    const answer = endpoints[event.routeKey];
    // The gateway has only the routes of serverless.yml; a test holds that each has its endpoint.
    if (answer === undefined) throw new Error(`No endpoint for "${event.routeKey}" in this function.`);
    return answer(await ports(ANSWER_MS), event);
  };
