/** A request to the HTTP API, as every client sends it. */
export type Request = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Parts of the path behind `/v1/spaces`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: unknown;
  /** Makes a repeated POST do nothing twice. */
  readonly idempotencyKey?: string | undefined;
};

/** For so long, in ms, an answer is waited for: the gateway gives up after 30 s. */
export const ANSWER_MS = 35_000;

/** Where a request goes, behind the address of the API. */
export function pathOf({ path, query = {} }: Pick<Request, 'path' | 'query'>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
  const parts = ['v1', 'spaces', ...path].map(encodeURIComponent).join('/');
  return `/${parts}${search.size === 0 ? '' : `?${search}`}`;
}

export const bodyOf = ({ body }: Pick<Request, 'body'>): string | undefined =>
  body === undefined ? undefined : JSON.stringify(body);

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
