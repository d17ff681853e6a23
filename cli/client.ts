import pRetry from 'p-retry';
import * as v from 'valibot';
import { jsonOf } from './api/problem.ts';
import {
  type Request as ApiRequest,
  bodyOf,
  headersOf,
  isSegment,
  pathOf,
  RESPONSE_TIMEOUT_MS,
} from './api/request.ts';
import { CliError, messageOf, systemCode, UsageError } from './errors.ts';
import { errorFrom, unexpectedResponse } from './failure.ts';
import { isLoopback } from './loopback.ts';
import { nameOfProxy, proxyOf } from './proxy.ts';
import type { Settings } from './settings.ts';
import { gatewayRegion, signedHeaders } from './sign.ts';
import { traceHeaders } from './trace.ts';

/** Request whose path is relative to the current space. */
export type Request = ApiRequest & {
  /** Leaves the space out of the path. */
  readonly everySpace?: boolean;
  /** Total time for retries while the server is unreachable or busy, in ms. */
  readonly timeoutMs?: number;
};

/** HTTP client of the API. */
export type Client = {
  /** Resolves to the parsed JSON response (`value`) and to the response as received (`raw`). Throws a `CliError` that suggests a fix. */
  request<const S extends v.GenericSchema>(
    schema: S,
    request: Request,
  ): Promise<{ readonly value: v.InferOutput<S>; readonly raw: unknown }>;
  /** Sends a request whose response has no body. */
  send(request: Request): Promise<void>;
};

/** Maximum retries of an idempotent request after a dropped connection. */
const MAX_RETRIES = 6;

/** Creates the command line's client of the HTTP API for the space that `space` returns. */
export function newClient(settings: Settings, space: () => string): Client {
  const send = (request: Request): Promise<{ raw: unknown; text: string }> => {
    const url = urlOf(settings, request.everySpace ? [] : [space()], request);
    const timeout = request.timeoutMs;
    return pRetry(() => sendOnce(settings, url, request), {
      retries: timeout === undefined ? MAX_RETRIES : Number.POSITIVE_INFINITY,
      minTimeout: 200,
      maxTimeout: 5_000,
      factor: 2,
      maxRetryTime: timeout ?? Number.POSITIVE_INFINITY,
      shouldRetry: ({ error }) => (timeout === undefined ? isRetryable(error, request) : isTransient(error)),
    });
  };
  return {
    request: async (schema, request) => {
      const { raw } = await send(request);
      const parsed = v.safeParse(schema, raw);
      if (parsed.success) return { value: parsed.output, raw };
      const where = v.getDotPath(parsed.issues[0]) ?? 'the body';
      throw new CliError(
        `Unexpected response from ${settings.url} (${where}): update taskbridge, or check the URL.`,
      );
    },
    send: async (request) => {
      await send(request);
    },
  };
}

function urlOf({ url }: Settings, space: readonly string[], { path, query }: Request): string {
  if (url === undefined) {
    throw new UsageError('No URL is set: use --url URL, set TASKBRIDGE_URL, or run "taskbridge target URL".');
  }
  const segments = [...space, ...path];
  const wrong = segments.find((segment) => !isSegment(segment));
  if (wrong !== undefined)
    throw new UsageError(`"${wrong}" is not a name: use lower-case letters, digits and "-".`);
  return `${url}${pathOf({ path: segments, query })}`;
}

/** Connection dropped after the request was sent: it may have taken effect. */
class ConnectionError extends CliError {}

/** True for an unreachable server, 429 and 5xx. */
const isTransient = (error: Error): boolean =>
  error instanceof CliError && (error.status === undefined || error.status === 429 || error.status >= 500);

const isRetryable = (error: Error, { method, idempotencyKey }: Request): boolean =>
  error instanceof ConnectionError &&
  (method === 'GET' || method === 'PUT' || method === 'PATCH' || idempotencyKey !== undefined);

async function sendOnce(
  settings: Settings,
  url: string,
  request: Request,
): Promise<{ raw: unknown; text: string }> {
  const { auth, init } = await prepare(settings, url, request);
  const response = await receive(settings, url, init);
  const { status, headers, text } = response;
  const failed = {
    url: settings.url ?? url,
    status,
    contentType: headers.get('content-type') ?? '',
    retryAfter: headers.get('retry-after'),
    text,
    auth,
    ...(response.proxy === undefined ? {} : { proxy: nameOfProxy(response.proxy) }),
  };
  if (status >= 400 || status < 200) throw errorFrom(failed);
  const raw = jsonOf(text);
  if (status !== 204 && raw === undefined) {
    // Truncated JSON means a dropped connection; another content type means another server.
    if (failed.contentType.includes('json'))
      throw new ConnectionError(`The response from ${failed.url} was cut off.`);
    throw new CliError(unexpectedResponse(failed), { status });
  }
  return { raw, text };
}

/** Throws a usage error for a token that would go over plain HTTP to another machine. */
function checkEncrypted({ token, insecureHttp }: Settings, url: string): void {
  const { protocol, hostname } = new URL(url);
  if (token === undefined || insecureHttp || protocol === 'https:' || isLoopback(hostname)) return;
  throw new UsageError(
    `The token would go to ${hostname} unencrypted: use an https URL, or --insecure-http on a network that you trust.`,
  );
}

type Init = { readonly method: string; readonly headers: Headers; readonly body?: string };

async function prepare(settings: Settings, url: string, request: Request) {
  checkEncrypted(settings, url);
  const { method } = request;
  const text = bodyOf(request);
  const headers = headersOf(request, settings.token);
  const signed = settings.token === undefined && (settings.sign ?? gatewayRegion(url) !== undefined);
  const auth: 'token' | 'signature' | 'none' =
    settings.token !== undefined ? 'token' : signed ? 'signature' : 'none';
  const init: Init = {
    method,
    headers: signed
      ? await signedHeaders(url, { method, headers, body: text, ...settings })
      : new Headers(headers),
    ...(text === undefined ? {} : { body: text }),
  };
  // Not signed: a proxy may put its own span there.
  for (const [name, value] of Object.entries(traceHeaders(settings.env))) init.headers.set(name, value);
  return { auth, init };
}

async function receive({ url: server, env }: Settings, url: string, init: Init) {
  const proxy = proxyOf(env, url);
  const signal = AbortSignal.timeout(RESPONSE_TIMEOUT_MS);
  try {
    if (proxy !== undefined) {
      const { fetchByProxy } = await import('./proxied.ts');
      return { ...(await fetchByProxy(proxy, url, { ...init, signal })), proxy };
    }
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    return { status: response.status, headers: response.headers, text: await response.text(), proxy };
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code, message } = causeOf(error);
    if (/certificate|altname/i.test(message)) {
      throw new CliError(
        `The certificate of ${server} is not trusted (${message}): check the URL, or set NODE_EXTRA_CA_CERTS to a file with the certificate of its authority, or of your proxy's.`,
      );
    }
    if (NOT_SENT.test(code) || /bad port/i.test(message)) {
      throw new CliError(`${server} can't be reached (${message}): check the URL and the network.`);
    }
    const by = proxy === undefined ? '' : ` by the ${nameOfProxy(proxy)}`;
    throw new ConnectionError(
      `${server} closed the connection${by} before it responded (${message}): check whether the request took effect, then try again.`,
    );
  }
}

/** Error codes of connections that failed before anything was sent. */
const NOT_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

/** Code and message of the underlying error, as `fetch` itself only says "fetch failed". */
function causeOf(error: unknown): { code: string; message: string } {
  const cause = (typeof error === 'object' && error !== null && 'cause' in error && error.cause) || error;
  const code = String(systemCode(cause) ?? '');
  return { code, message: messageOf(cause) || code };
}
