/** A request as the gateway hands it to a function. */
export const httpEvent = (
  routeKey: string,
  pathParameters: Readonly<Record<string, string>>,
  more: { readonly query?: Readonly<Record<string, string>>; readonly body?: unknown } = {},
) => ({
  routeKey,
  rawPath: routeKey.replace(/^\w+ /, '').replace(/\{(\w+)\}/g, (_, name) => pathParameters[name] ?? ''),
  headers: {},
  pathParameters,
  ...(more.query === undefined ? {} : { queryStringParameters: more.query }),
  requestContext: {
    http: { method: routeKey.split(' ')[0] },
    requestId: 'bench',
    authorizer: { iam: { userArn: 'arn:aws:iam::000000000000:user/bench' } },
  },
  ...(more.body === undefined ? {} : { body: JSON.stringify(more.body) }),
  isBase64Encoded: false,
});

/** run-task of an app. */
export const runTaskEvent = (space: string, app: string) =>
  httpEvent('POST /v1/spaces/{space}/apps/{app}/tasks', { space, app }, { body: { command: 'true' } });
