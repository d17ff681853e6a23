import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Response of an endpoint. Without a `body` the HTTP response has none. */
export type Response = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
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
    return endpoint(await ports(TIMEOUT_MS), event);
  };

/** The response in the format of API Gateway (payload 2.0). */
export function toResult({ status, headers, body }: Response): APIGatewayProxyStructuredResultV2 {
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
