/** Request to the HTTP API. */
export type Request = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Segments of the path after `/v1/spaces`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: unknown;
  /** Key that makes a POST safe to retry. */
  readonly idempotencyKey?: string | undefined;
};

/** Timeout of a response in ms, above the 30 s of the gateway. */
export const RESPONSE_TIMEOUT_MS = 35_000;

/** Path and query of a request, relative to the URL of the API. */
export function pathOf({ path, query = {} }: Pick<Request, 'path' | 'query'>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
  const parts = ['v1', 'spaces', ...path].map(encodeURIComponent).join('/');
  return `/${parts}${search.size === 0 ? '' : `?${search}`}`;
}

/** JSON body of a request; `undefined` where it has none. */
export const bodyOf = ({ body }: Pick<Request, 'body'>): string | undefined =>
  body === undefined ? undefined : JSON.stringify(body);

/** Headers of a request, with the bearer token where there is one. */
export function headersOf(
  { body, idempotencyKey }: Pick<Request, 'body' | 'idempotencyKey'>,
  token: string | undefined,
): Record<string, string> {
  return {
    accept: 'application/json',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}
