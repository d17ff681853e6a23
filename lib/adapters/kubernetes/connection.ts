import type { IncomingMessage } from 'node:http';
import {
  CustomObjectsApi,
  createConfiguration,
  ResponseContext,
  ServerConfiguration,
  wrapHttpLibrary,
} from '@kubernetes/client-node';
import pLimit from 'p-limit';
import type { TokenSource } from './credentials.ts';
import { type Answer, persist } from './retry.ts';
import { keepAlive, type Outgoing, SOCKETS, type Tls, textOf } from './transport.ts';

export type ConnectionOptions = {
  readonly endpoint: string;
  readonly tls: Tls;
  /** Absent: the certificate in `tls` says who asks, or nobody does. */
  readonly token?: TokenSource | undefined;
};

/** One request to a core resource, which the API for custom resources has no method for. */
export type CoreRequest = {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: unknown;
};

/** The API server, over one agent, with one way to sign, to time out and to try again. */
export type Connection = {
  readonly custom: CustomObjectsApi;
  core(request: CoreRequest): Promise<Answer>;
  /** Opens a body that is read as it comes; it is not tried again once it has begun. */
  stream(path: string): Promise<IncomingMessage>;
};

/** Longest that a stream may take, in ms: an answer over HTTP must be there before the gateway's 29 s. */
const STREAM_MS = 20_000;

/** Opens no connection yet: the first request does. */
export function connect({ endpoint, tls, token }: ConnectionOptions): Connection {
  const send = keepAlive(endpoint, tls);

  const signed = async (outgoing: Outgoing): Promise<IncomingMessage> => {
    if (token === undefined) return send(outgoing);
    const response = await send(await withToken(outgoing, token, false));
    if (response.statusCode !== 401) return response;
    response.resume();
    return send(await withToken(outgoing, token, true));
  };

  // A call's time begins when a connection is free for it: a crowd waits for its turn, not in vain.
  const turn = pLimit(SOCKETS);
  const call = ({ method, url, headers, body }: Omit<Outgoing, 'signal'>): Promise<Answer> =>
    turn(() =>
      persist(method === 'GET' ? 'read' : 'write', async (signal) => {
        const response = await signed({ method, url, headers, body, signal });
        return { ...headOf(response), text: await textOf(response) };
      }),
    );

  return {
    custom: customObjects(endpoint, call),
    core: ({ method, path, body }) =>
      call({
        method,
        url: new URL(`${endpoint}${path}`),
        headers: { accept: 'application/json', 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
      }),
    stream: (path) =>
      signed({
        method: 'GET',
        url: new URL(`${endpoint}${path}`),
        headers: {},
        signal: AbortSignal.timeout(STREAM_MS),
      }),
  };
}

async function withToken(outgoing: Outgoing, token: TokenSource, fresh: boolean): Promise<Outgoing> {
  return { ...outgoing, headers: { ...outgoing.headers, authorization: `Bearer ${await token(fresh)}` } };
}

function headOf({ statusCode = 0, headers }: IncomingMessage): Omit<Answer, 'text'> {
  const entries = Object.entries(headers).map(([name, value]) => [name, String(value)]);
  return { status: statusCode, headers: Object.fromEntries(entries) };
}

function customObjects(endpoint: string, call: (outgoing: Omit<Outgoing, 'signal'>) => Promise<Answer>) {
  const httpApi = wrapHttpLibrary({
    send: async (request) => {
      const body = request.getBody();
      const { status, headers, text } = await call({
        method: request.getHttpMethod(),
        url: new URL(request.getUrl()),
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
