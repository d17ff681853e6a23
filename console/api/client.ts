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
import { Problem, problemOf, SignedOut, Unreached } from './problem.ts';

export type Request = ApiRequest & { readonly signal?: AbortSignal | undefined };

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

async function received(url: string, request: Request, token: string | undefined) {
  const { method, signal } = request;
  const body = bodyOf(request);
  const limit = AbortSignal.timeout(RESPONSE_TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers: headersOf(request, token),
      ...(body === undefined ? {} : { body }),
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
