import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** What an endpoint answers; a body that is absent stays absent. */
export type Response = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
};

/** The reply as API Gateway takes it (payload 2.0). */
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
