import * as v from 'valibot';
import type { Store } from '../store.ts';
import { jsonOf, Problem, problemOf, SignedOut, Unreached } from './problem.ts';

export type Request = {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Parts of the path behind `/v1/spaces`. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string | undefined>> | undefined;
  readonly body?: unknown;
  /** Makes a repeated POST do nothing twice. */
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** Whether the API answers; `since`: the first request that it did not. */
export type Reach =
  | { readonly ok: true }
  | { readonly ok: false; readonly since: Date; readonly why: string };
export const REACHED: Reach = { ok: true };

export type Api = {
  /** The answer, parsed, and its text. Throws {@link Problem}, {@link Unreached}, {@link SignedOut}, and on an abort. */
  ask<const S extends v.GenericSchema>(
    answer: S,
    request: Request,
  ): Promise<{ readonly value: v.InferOutput<S>; readonly text: string }>;
  /** For an answer that nobody reads. */
  tell(request: Request): Promise<void>;
  readonly reach: Store<Reach>;
};

/** The gateway gives up after 30 s. */
const ANSWER_MS = 35_000;

export type ApiOptions = {
  readonly base: string;
  /** The bearer token; `undefined` where none is needed. Throws {@link SignedOut}. */
  readonly token: () => Promise<string | undefined>;
  readonly reach: Store<Reach>;
  readonly onSignedOut: () => void;
};

/** The HTTP API as the console uses it. */
export function newApi({ base, token, reach, onSignedOut }: ApiOptions): Api {
  const send = async (request: Request): Promise<string> => {
    const response = await received(`${base}${pathOf(request)}`, request, await token());
    if (response.status < 400) return response.text;
    if (response.status === 401) {
      onSignedOut();
      throw new SignedOut('You are not signed in any more.');
    }
    throw problemOf(response.status, response.text, response.retryAfter);
  };
  const told = async (request: Request): Promise<string> => {
    try {
      const text = await send(request);
      reach.set(REACHED);
      return text;
    } catch (error) {
      noteFailure(reach, error);
      throw error;
    }
  };
  return {
    reach,
    ask: async (schema, request) => {
      const text = await told(request);
      const parsed = v.safeParse(schema, jsonOf(text));
      if (parsed.success) return { value: parsed.output, text };
      const where = v.getDotPath(parsed.issues[0]) ?? 'the answer';
      const detail = `The answer is not one that this console understands (${where}): deploy the console of the API's version.`;
      throw new Problem(200, { title: 'Strange answer', detail, errors: [] });
    },
    tell: async (request) => {
      await told(request);
    },
  };
}

/** A refusal is an answer: the API is there. */
function noteFailure(reach: Store<Reach>, error: unknown): void {
  if (error instanceof Problem && !error.isPassing) reach.set(REACHED);
  if (!(error instanceof Unreached) && !(error instanceof Problem && error.isPassing)) return;
  const before = reach.get();
  const why = error instanceof Problem ? `${error.title}: ${error.message}` : error.message;
  if (before.ok) reach.set({ ok: false, since: new Date(), why });
}

function pathOf({ path, query = {} }: Request): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
  const parts = ['v1', 'spaces', ...path].map(encodeURIComponent).join('/');
  return `/${parts}${search.size === 0 ? '' : `?${search}`}`;
}

async function received(
  url: string,
  { method, body, idempotencyKey, signal }: Request,
  token: string | undefined,
) {
  const limit = AbortSignal.timeout(ANSWER_MS);
  try {
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
      credentials: 'omit',
      cache: 'no-store',
    });
    const text = await response.text();
    return { status: response.status, text, retryAfter: response.headers.get('retry-after') };
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreached(limit.aborted ? 'The API did not answer in time.' : 'The API can’t be reached.');
  }
}
