import pRetry from 'p-retry';
import * as v from 'valibot';
import { jsonOf } from '../client/problem.ts';
import { ANSWER_MS, type Request as Asked, bodyOf, headersOf, pathOf } from '../client/request.ts';
import { messageOf, Refusal, UsageError } from './errors.ts';
import { refusalOf, strangeAnswer } from './failure.ts';
import type { Settings } from './settings.ts';
import { gatewayRegion, signedHeaders } from './sign.ts';

/** Its path is behind the space. */
export type Request = Asked & {
  /** It is about no one space: the path has none. */
  readonly everySpace?: boolean;
  /** For so long, in ms, a server that is out of reach or busy is asked again. */
  readonly patienceMs?: number;
};

export type Client = {
  /** The answer's JSON, parsed, and as it came. Throws a refusal that says what to do. */
  ask<const S extends v.GenericSchema>(
    answer: S,
    request: Request,
  ): Promise<{ readonly value: v.InferOutput<S>; readonly raw: unknown }>;
  /** For an answer without a body. */
  tell(request: Request): Promise<void>;
};

/** A connection that breaks is taken up again so often where asking twice does no harm. */
const REPEATS = 6;

/** The HTTP API as the command line uses it, in the space that `space` says. */
export function newClient(settings: Settings, space: () => string): Client {
  const send = (request: Request): Promise<{ raw: unknown; text: string }> => {
    const url = urlOf(settings, request.everySpace ? [] : [space()], request);
    const patience = request.patienceMs;
    return pRetry(() => sendOnce(settings, url, request), {
      retries: patience === undefined ? REPEATS : Number.POSITIVE_INFINITY,
      minTimeout: 200,
      maxTimeout: 5_000,
      factor: 2,
      maxRetryTime: patience ?? Number.POSITIVE_INFINITY,
      shouldRetry: ({ error }) => (patience === undefined ? isRepeatable(error, request) : isPassing(error)),
    });
  };
  return {
    ask: async (schema, request) => {
      const { raw } = await send(request);
      const parsed = v.safeParse(schema, raw);
      if (parsed.success) return { value: parsed.output, raw };
      const where = v.getDotPath(parsed.issues[0]) ?? 'the answer';
      throw new Refusal(
        `The answer of ${settings.url} is not one that this version understands (${where}): update taskbridge, or check the URL.`,
      );
    },
    tell: async (request) => {
      await send(request);
    },
  };
}

function urlOf({ url }: Settings, space: readonly string[], { path, query }: Request): string {
  if (url === undefined) {
    throw new UsageError(
      'No URL is set: give --url URL, set TASKBRIDGE_URL, or run "taskbridge target URL".',
    );
  }
  return `${url}${pathOf({ path: [...space, ...path], query })}`;
}

/** The connection broke: what was asked for may have been done. */
class Dropped extends Refusal {}

/** The server was not reached at all, or is too busy: nothing was done. */
const isPassing = (error: Error): boolean =>
  error instanceof Refusal && (error.status === undefined || error.status === 429 || error.status >= 500);

const isRepeatable = (error: Error, { method, idempotencyKey }: Request): boolean =>
  error instanceof Dropped && (method === 'GET' || method === 'PUT' || idempotencyKey !== undefined);

async function sendOnce(
  settings: Settings,
  url: string,
  request: Request,
): Promise<{ raw: unknown; text: string }> {
  const { proof, init } = await prepared(settings, url, request);
  const response = await received(settings, url, init);
  const { status, headers, text } = response;
  const answer = {
    url: settings.url ?? url,
    status,
    contentType: headers.get('content-type') ?? '',
    retryAfter: headers.get('retry-after'),
    text,
    proof,
  };
  if (status >= 400 || status < 200) throw refusalOf(answer);
  const raw = jsonOf(text);
  if (status !== 204 && raw === undefined) {
    // A text that was cut is no answer; a page of another server is one, and stays what it is.
    if (answer.contentType.includes('json')) throw new Dropped(`The answer of ${answer.url} was cut.`);
    throw new Refusal(strangeAnswer(answer), { status });
  }
  return { raw, text };
}

async function prepared(settings: Settings, url: string, request: Request) {
  const { method } = request;
  const text = bodyOf(request);
  const headers = headersOf(request, settings.token);
  const signed = settings.token === undefined && (settings.sign ?? gatewayRegion(url) !== undefined);
  const proof: 'token' | 'signature' | 'none' =
    settings.token !== undefined ? 'token' : signed ? 'signature' : 'none';
  const init = {
    method,
    headers: signed
      ? await signedHeaders(url, { method, headers, body: text, region: settings.region })
      : headers,
    ...(text === undefined ? {} : { body: text }),
  };
  return { proof, init };
}

async function received({ url: server }: Settings, url: string, init: RequestInit) {
  try {
    const response = await fetch(url, {
      ...init,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    const { code, message } = causeOf(error);
    if (UNREACHED.test(code) || /certificate|altname|bad port/i.test(message)) {
      throw new Refusal(`${server} can't be reached (${message}): check the URL and the network.`);
    }
    throw new Dropped(
      `${server} broke the connection before it had answered (${message}): look whether it was done, then try again.`,
    );
  }
}

/** Nothing was sent yet when these came. */
const UNREACHED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** fetch says "fetch failed" alone; why stands in its cause. */
function causeOf(error: unknown): { code: string; message: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return { code, message: messageOf(cause) || code };
}
