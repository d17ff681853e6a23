/** Request to the HTTP API. */
export type Request = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  /** Segments of the path after `/v1/spaces`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: unknown;
  /** Key that makes a POST safe to retry. */
  readonly idempotencyKey?: string | undefined;
};

/** Timeout of a response in ms, above the 30 s of the gateway. */
export const RESPONSE_TIMEOUT_MS = 35_000;

/** True for a segment that stays where it is in a URL: `.` and `..` are resolved, encoded ones too, and `` is none. */
export const isSegment = (text: string): boolean => !/^\.{0,2}$/.test(text);

/** Path and query of a request, relative to the URL of the API. Throws for a part that is no segment. */
export function pathOf({ path, query = {} }: Pick<Request, 'path' | 'query'>): string {
  if (!path.every(isSegment)) throw new Error(`The path ${JSON.stringify(path)} leads to another place.`);
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
  { method, body, idempotencyKey }: Pick<Request, 'method' | 'body' | 'idempotencyKey'>,
  token: string | undefined,
): Record<string, string> {
  return {
    accept: 'application/json',
    ...(body === undefined
      ? {}
      : { 'content-type': `application/${method === 'PATCH' ? 'merge-patch+json' : 'json'}` }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
}
