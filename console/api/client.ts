import * as v from 'valibot';
import { jsonOf } from '../../cli/api/problem.ts';
import {
  type Request as ApiRequest,
  bodyOf,
  headersOf,
  pathOf,
  RESPONSE_TIMEOUT_MS,
} from '../../cli/api/request.ts';
import type { Store } from '../store.ts';
import { Problem, problemOf, SignedOut, Unreachable } from './problem.ts';

/** Request that can be aborted. */
export type Request = ApiRequest & { readonly signal?: AbortSignal | undefined };

/** Reachability of the API; `since`: time of the first request that failed. */
export type Reach =
  | { readonly ok: true }
  | { readonly ok: false; readonly since: Date; readonly why: string };
/** Reachability after a response. */
export const REACHED: Reach = { ok: true };

/** Client of the HTTP API. */
export type Api = {
  /** Resolves to the parsed response and its text. Throws {@link Problem}, {@link Unreachable}, {@link SignedOut}, and on an abort. */
  request<const S extends v.GenericSchema>(
    schema: S,
    request: Request,
  ): Promise<{ readonly value: v.InferOutput<S>; readonly text: string }>;
  /** Sends a request whose response is not needed. */
  send(request: Request): Promise<void>;
  readonly reach: Store<Reach>;
};

/** Options of the client. */
export type ApiOptions = {
  readonly base: string;
  /** The bearer token; `undefined` where none is needed. Throws {@link SignedOut}. */
  readonly token: () => Promise<string | undefined>;
  readonly reach: Store<Reach>;
  readonly onSignedOut: () => void;
};

/** Creates the console's client of the HTTP API. */
export function newApi({ base, token, reach, onSignedOut }: ApiOptions): Api {
  const sendOnce = async (request: Request): Promise<string> => {
    const response = await receive(`${base}${pathOf(request)}`, request, await token());
    if (response.status < 400) return response.text;
    if (response.status === 401) {
      onSignedOut();
      throw new SignedOut('You are signed out.');
    }
    throw problemOf(response.status, response.text, response.retryAfter);
  };
  const track = async (request: Request): Promise<string> => {
    try {
      const text = await sendOnce(request);
      reach.set(REACHED);
      return text;
    } catch (error) {
      recordFailure(reach, error);
      throw error;
    }
  };
  return {
    reach,
    request: async (schema, request) => {
      const text = await track(request);
      const parsed = v.safeParse(schema, jsonOf(text));
      if (parsed.success) return { value: parsed.output, text };
      const where = v.getDotPath(parsed.issues[0]) ?? 'the body';
      const detail = `Invalid field: ${where}. Deploy the console in the same version as the API.`;
      throw new Problem(200, { type: undefined, title: 'Unexpected response', detail, errors: [] });
    },
    send: async (request) => {
      await track(request);
    },
  };
}

/** Updates the reachability after a failed request. An error response from the API counts as reachable, except 429 and 5xx. */
function recordFailure(reach: Store<Reach>, error: unknown): void {
  if (error instanceof Problem && !error.isTransient) reach.set(REACHED);
  if (!(error instanceof Unreachable) && !(error instanceof Problem && error.isTransient)) return;
  const before = reach.get();
  const why = error instanceof Problem ? `${error.title}: ${error.message}` : error.message;
  if (before.ok) reach.set({ ok: false, since: new Date(), why });
}

async function receive(url: string, request: Request, token: string | undefined) {
  const { method, signal } = request;
  const body = bodyOf(request);
  const timeout = AbortSignal.timeout(RESPONSE_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers: headersOf(request, token),
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      credentials: 'omit',
      cache: 'no-store',
    });
    const text = await response.text();
    return { status: response.status, text, retryAfter: response.headers.get('retry-after') };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable(timeout.aborted ? 'The API timed out.' : 'The API is unreachable.');
  }
}
