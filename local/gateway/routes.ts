/** Route of an HTTP API: `GET /v1/spaces/{space}/apps/{app}`. */
export type Route<T> = { readonly routeKey: string; readonly target: T };

export type Match<T> = Route<T> & { readonly pathParameters: Readonly<Record<string, string>> };

/**
 * Finds the route of a request as API Gateway does: parameters are decoded after the split into segments, so `%2f`
 * never separates segments. `undefined` if no route matches or a segment cannot be decoded.
 */
export function matchRoute<T>(
  routes: readonly Route<T>[],
  method: string,
  pathname: string,
): Match<T> | undefined {
  const actual = pathname.split('/');
  for (const route of routes) {
    const [routeMethod, path = ''] = route.routeKey.split(' ');
    const pathParameters = routeMethod === method ? parametersOf(path.split('/'), actual) : undefined;
    if (pathParameters !== undefined) return { ...route, pathParameters };
  }
  return undefined;
}

function parametersOf(
  expected: readonly string[],
  actual: readonly string[],
): Record<string, string> | undefined {
  if (expected.length !== actual.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, segment] of expected.entries()) {
    const value = decoded(actual[index] ?? '');
    if (value === undefined) return undefined;
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    if (name === undefined ? segment !== value : value === '') return undefined;
    if (name !== undefined) parameters[name] = value;
  }
  return parameters;
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
