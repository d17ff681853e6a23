import type { IncomingMessage } from 'node:http';
import {
  CustomObjectsApi,
  createConfiguration,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import pLimit, { type LimitFunction } from 'p-limit';
import { outOfReach, type Retry, timeLimit, withRetry } from '../retry.ts';
import { type Answer, DEFAULT_RETRY, type KubernetesRetry, throwIfRetryable } from './errors.ts';
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
  /** Absent: the certificate in `tls` says who asks, or nobody does. */
  readonly token?: TokenSource | undefined;
  readonly retry?: KubernetesRetry | undefined;
};

/**
 * The core group, named as RBAC's rules name it. Its paths begin with `/api` in place of `/apis/GROUP`; the client's API for
 * custom resources serves it, as every other group, by that change alone.
 */
export const CORE = { group: '', version: 'v1' } as const;

/** The API server, over one agent, with one way to sign, to time out and to try again. */
export type Connection = {
  /** Objects of every group, {@link CORE} too. */
  readonly custom: CustomObjectsApi;
  /** Opens a streamed body, retried as any read until its head has arrived. */
  stream(path: string): Promise<Opened>;
  /** The same sockets for one invocation: all its calls and streams together end after so many ms, as `unavailable`. */
  withDeadline(ms: number): Connection;
  /** As `within`, for lists: each page may take longer than another read. */
  forLists(ms: number): Connection;
};

/** Streamed body, or the error response in its place. */
type Opened = { readonly body: IncomingMessage } | Answer;

/** Longest that a stream may take, in ms: an answer over HTTP must be there before the gateway's 29 s. */
const STREAM_MS = 20_000;

/** Opens no connection yet: the first request does. */
export function createClient({ endpoint, tls, token, retry = DEFAULT_RETRY }: ConnectionOptions): Connection {
  const send = keepAlive(endpoint, tls);
  const line = {
    endpoint,
    send: token === undefined ? send : signed(send, token),
    // A call's time begins when a connection is free for it: calls of a burst wait their turn.
    semaphore: pLimit(SOCKETS),
    retry,
  };
  return until(new AbortController().signal, line);
}

type Channel = {
  readonly endpoint: string;
  readonly send: Send;
  readonly semaphore: LimitFunction;
  readonly retry: KubernetesRetry;
};
type RequestInit = Omit<Outgoing, 'signal'>;

/** Connection over `line` whose calls end at `end`. */
function until(end: AbortSignal, line: Channel): Connection {
  const { endpoint, send, semaphore } = line;
  const call = (unsent: RequestInit): Promise<Answer> =>
    semaphore(() =>
      withRetry(
        async (signal) => answerIn(await send({ ...unsent, signal })),
        retryOf(line, unsent.method === 'GET' ? 'read' : 'write', end),
      ),
    );

  return {
    custom: customObjects(endpoint, call),
    stream: (path) =>
      openInTurn({ method: 'GET', url: new URL(`${endpoint}${path}`), headers: {} }, end, line),
    withDeadline: (ms) => until(AbortSignal.any([end, timeLimit(ms)]), line),
    forLists: (ms) =>
      until(AbortSignal.any([end, timeLimit(ms)]), {
        ...line,
        retry: { ...line.retry, read: line.retry.list },
      }),
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
const openInTurn = (unsent: RequestInit, end: AbortSignal, line: Channel): Promise<Opened> =>
  new Promise((resolve, reject) => {
    line
      .semaphore(async () => {
        const opened = await withRetry(
          (signal) => open(line.send, unsent, signal, end),
          retryOf(line, 'read', end),
        );
        const closed = 'body' in opened ? new Promise((done) => opened.body.once('close', done)) : undefined;
        resolve(opened);
        await closed;
      })
      .catch(reject);
  });

/** `opening` counts until the head is there; then the body has the time of a stream. */
async function open(
  send: Send,
  unsent: RequestInit,
  opening: AbortSignal,
  end: AbortSignal,
): Promise<Opened> {
  const given = new AbortController();
  const abort = (): void => given.abort(opening.reason);
  opening.addEventListener('abort', abort);
  try {
    const signal = AbortSignal.any([given.signal, end, timeLimit(STREAM_MS)]);
    const response = await send({ ...unsent, signal });
    if (response.statusCode === 200) return { body: response };
    return await answerIn(response);
  } finally {
    opening.removeEventListener('abort', abort);
  }
}

async function withToken(outgoing: Outgoing, token: TokenSource, fresh: boolean): Promise<Outgoing> {
  return { ...outgoing, headers: { ...outgoing.headers, authorization: `Bearer ${await token(fresh)}` } };
}

async function answerIn(response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return throwIfRetryable({ status, headers: Object.fromEntries(entries), text: await readText(response) });
}

function customObjects(endpoint: string, call: (unsent: RequestInit) => Promise<Answer>) {
  const httpApi = wrapHttpLibrary({
    send: async (request) => {
      const body = request.getBody();
      const { status, headers, text } = await call({
        method: request.getHttpMethod(),
        url: new URL(request.getUrl().replace('/apis//', '/api/')),
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
  return new CustomObjectsApi(
    createConfiguration({ baseServer: new ServerConfiguration(endpoint, {}), httpApi }),
  );
}
