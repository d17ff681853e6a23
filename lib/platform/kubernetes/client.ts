import type { IncomingMessage } from 'node:http';
import {
  CustomObjectsApi,
  createConfiguration,
  type HttpMethod,
  RequestContext,
  ResponseContext,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import pLimit, { type LimitFunction } from 'p-limit';
import { outOfReach, type Retry, timeLimit, withRetry } from '../retry.ts';
import { type Answer, DEFAULT_RETRY, type KubernetesRetry, throwIfRetryable } from './errors.ts';
import { ApiPath } from './requests.ts';
import {
  keepAlive,
  type Outgoing,
  readText,
  type Send,
  SOCKETS,
  type Tls,
  type TokenSource,
} from './transport.ts';

export type ConnectionOptions = {
  readonly endpoint: string;
  readonly tls: Tls;
  /** Absent: the certificate in `tls` identifies the caller, or nothing does. */
  readonly token?: TokenSource | undefined;
  readonly retry?: KubernetesRetry | undefined;
  /** Size limit of a page of a list, in bytes. */
  readonly maxPageBytes?: number | undefined;
};

/**
 * Default size limit of a page, in bytes: a function of 256 MB holds some copies of it, and reads it in a second. A list of one
 * object is always smaller: it has at most 1.5 MB, etcd's limit of a request.
 */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;

/**
 * The core group, named as RBAC's rules name it. Its paths begin with `/api` in place of `/apis/GROUP`; the client's API for
 * custom resources serves it, as every other group, by that change alone.
 */
export const CORE = { group: '', version: 'v1' } as const;

/** Connection to the API server: one agent, with signing, deadlines and retries. */
export type Connection = {
  /** Objects of every group, {@link CORE} too. */
  readonly custom: CustomObjectsApi;
  /** Opens a streamed body; retried as a read until the head has arrived. */
  stream(path: ApiPath, query: URLSearchParams): Promise<Opened>;
  /** The same sockets for one invocation: all its calls and streams end after `ms`, as `unavailable`. */
  withDeadline(ms: number): Connection;
  /**
   * The same connection for lists of the whole cluster: their answers are compressed. With `ms` as `withDeadline`, and each
   * page may take longer than another read.
   */
  forLists(ms?: number): Connection;
  /** The same connection for a page of a list: throws `AnswerTooLarge` for one that is too large to be read at once. */
  forPage(): Connection;
};

/** Streamed body, or the error response in its place. */
type Opened = { readonly body: IncomingMessage } | Answer;

/** Time limit of a stream, in ms: an HTTP response must be complete before the gateway's 29 s. */
const STREAM_MS = 20_000;

/** Creates a connection; the first request opens it. */
export function createClient({
  endpoint,
  tls,
  token,
  retry = DEFAULT_RETRY,
  maxPageBytes = MAX_PAGE_BYTES,
}: ConnectionOptions): Connection {
  const send = keepAlive(endpoint, tls);
  const channel = {
    send: token === undefined ? send : signed(send, token),
    // A call's time begins when a connection is free for it: calls of a burst wait their turn.
    semaphore: pLimit(SOCKETS),
    retry,
    maxPageBytes,
  };
  return connectionUntil(new AbortController().signal, channel);
}

type Channel = {
  readonly send: Send;
  readonly semaphore: LimitFunction;
  readonly retry: KubernetesRetry;
  readonly maxPageBytes: number;
  /** Size limit of every answer, in bytes. Absent: none. */
  readonly maxBytes?: number | undefined;
  /** Headers of every call. */
  readonly headers?: Readonly<Record<string, string>>;
};
type RequestInit = Omit<Outgoing, 'signal'>;

/** Connection over `channel` whose calls end at `end`. */
function connectionUntil(end: AbortSignal, channel: Channel): Connection {
  const { send, semaphore } = channel;
  const call = (request: RequestInit): Promise<Answer> => {
    const headers = { ...request.headers, ...channel.headers };
    return semaphore(() =>
      withRetry(
        async (signal) => answerIn(await send({ ...request, headers, signal }), channel.maxBytes),
        retryOf(channel, request.method === 'GET' ? 'read' : 'write', end),
      ),
    );
  };

  return {
    custom: customObjects(call),
    stream: (path, query) => openStream({ method: 'GET', path, query, headers: {} }, end, channel),
    withDeadline: (ms) => connectionUntil(AbortSignal.any([end, timeLimit(ms)]), channel),
    forLists: (ms) => {
      const compressed = { ...channel, headers: { 'accept-encoding': 'gzip' } };
      if (ms === undefined) return connectionUntil(end, compressed);
      const retry = { ...channel.retry, read: channel.retry.list };
      return connectionUntil(AbortSignal.any([end, timeLimit(ms)]), { ...compressed, retry });
    },
    forPage: () => connectionUntil(end, { ...channel, maxBytes: channel.maxPageBytes }),
  };
}

const retryOf = ({ retry }: Channel, kind: 'read' | 'write', end: AbortSignal): Retry => ({
  policy: retry[kind],
  unavailable: outOfReach('The cluster'),
  end,
  clock: retry.clock,
});

/** Sends a request with a token; retries once with a new token after a 401. */
const signed =
  (send: Send, token: TokenSource): Send =>
  async (outgoing) => {
    const response = await send(await withToken(outgoing, token, false));
    if (response.statusCode !== 401) return response;
    response.resume();
    return send(await withToken(outgoing, token, true));
  };

/** Opens a stream when a connection is free for it, which it keeps until it is closed. */
const openStream = (request: RequestInit, end: AbortSignal, channel: Channel): Promise<Opened> =>
  new Promise((resolve, reject) => {
    channel
      .semaphore(async () => {
        const opened = await withRetry(
          (signal) => open(channel.send, request, signal, end),
          retryOf(channel, 'read', end),
        );
        const closed = 'body' in opened ? new Promise((done) => opened.body.once('close', done)) : undefined;
        resolve(opened);
        await closed;
      })
      .catch(reject);
  });

/** Opens a stream. `opening` ends the wait for the head; then the body has the time of a stream. */
async function open(
  send: Send,
  request: RequestInit,
  opening: AbortSignal,
  end: AbortSignal,
): Promise<Opened> {
  const aborter = new AbortController();
  const abort = (): void => aborter.abort(opening.reason);
  opening.addEventListener('abort', abort);
  try {
    const signal = AbortSignal.any([aborter.signal, end, timeLimit(STREAM_MS)]);
    const response = await send({ ...request, signal });
    if (response.statusCode === 200) return { body: response };
    return await answerIn(response);
  } finally {
    opening.removeEventListener('abort', abort);
  }
}

async function withToken(outgoing: Outgoing, token: TokenSource, fresh: boolean): Promise<Outgoing> {
  return { ...outgoing, headers: { ...outgoing.headers, authorization: `Bearer ${await token(fresh)}` } };
}

async function answerIn(response: IncomingMessage, maxBytes?: number): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  const text = await readText(response, maxBytes);
  return throwIfRetryable({ status, headers: Object.fromEntries(entries), text });
}

/** Request of the client, with its path as {@link ApiPath} built it. */
class PathRequest extends RequestContext {
  readonly path: ApiPath;

  constructor(path: ApiPath, method: HttpMethod) {
    // The client appends the query to this URL; its host is not used.
    super(`https://kubernetes.invalid${path}`, method);
    this.path = path;
  }
}

function customObjects(call: (request: RequestInit) => Promise<Answer>) {
  const httpApi = wrapHttpLibrary({
    send: async (request) => {
      if (!(request instanceof PathRequest))
        throw new Error('A request of the client without a checked path.');
      const body = request.getBody();
      const { status, headers, text } = await call({
        method: request.getHttpMethod(),
        path: request.path,
        query: new URL(request.getUrl()).searchParams,
        headers: request.getHeaders(),
        body: body === undefined ? undefined : String(body),
      });
      return new ResponseContext(
        status,
        { ...headers },
        {
          text: async () => text,
          binary: async () => Buffer.from(text),
        },
      );
    },
  });
  const baseServer = {
    makeRequestContext: (path: string, method: HttpMethod) => new PathRequest(ApiPath.ofClient(path), method),
  };
  return new CustomObjectsApi(createConfiguration({ baseServer, httpApi }));
}
