import { type Agent, type ClientRequest, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { CliError, messageOf } from './errors.ts';
import { type HttpProxy, nameOfProxy } from './proxy.ts';

/** Maximum time for the connection by a proxy, in ms. */
const CONNECT_TIMEOUT_MS = 30_000;

/** Request that got no further than its proxy: nothing was sent to the server. */
class ProxyError extends CliError {}

type Connection = {
  readonly agent: Agent;
  /**
   * Watches a request of the agent. Returns a function that turns its error, or a response of the proxy itself, into a
   * `ProxyError`; it returns `undefined` where the request got to the server.
   */
  watch(request: ClientRequest): (error?: unknown) => ProxyError | undefined;
};

/** Connects one request by a proxy: by a tunnel for https, by the whole URL in the request for http. */
export function connectBy(proxy: HttpProxy, target: string): Connection {
  const ended = new AbortController();
  const late = setTimeout(() => ended.abort(), CONNECT_TIMEOUT_MS);
  let connected = false;
  return {
    agent: agentOf(proxy, target, ended.signal),
    watch: (request) => {
      let status = 200;
      request.once('proxyConnect', ({ statusCode = 200 }: { readonly statusCode?: number }) => {
        clearTimeout(late);
        connected = true;
        status = statusCode;
      });
      request.once('close', () => {
        clearTimeout(late);
        ended.abort();
      });
      return (error) => {
        if (connected) return status === 200 ? undefined : new ProxyError(refusal(proxy, target, status));
        if (error === undefined) return undefined;
        const why = ended.signal.aborted ? `no answer in ${CONNECT_TIMEOUT_MS / 1000} s` : messageOf(error);
        return new ProxyError(
          `The ${nameOfProxy(proxy)} can't be reached (${why}): check the variable and the network. ${pastProxy(target)}`,
        );
      };
    },
  };
}

/** Creates an agent that connects by a proxy until the signal. */
export function agentOf({ url }: HttpProxy, target: string, signal?: AbortSignal): Agent {
  const options = signal === undefined ? {} : { signal };
  return new URL(target).protocol === 'https:'
    ? new HttpsProxyAgent(url, options)
    : new HttpProxyAgent(url, options);
}

function refusal(proxy: HttpProxy, target: string, status: number): string {
  const advice =
    status === 407
      ? `Set ${proxy.variable} to a URL with a user and a password: http://USER:PASSWORD@${proxy.url.host}.`
      : pastProxy(target);
  return `The ${nameOfProxy(proxy)} does not connect to ${new URL(target).hostname} (${status}). ${advice}`;
}

const pastProxy = (target: string): string =>
  `To go past the proxy: add ${new URL(target).hostname} to no_proxy.`;

type ProxiedRequest = {
  readonly method: string;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body?: string;
  readonly signal: AbortSignal;
};

/** Sends a request by a proxy. Rejects with a `ProxyError`, or with the error of the connection to the server. */
export function fetchByProxy(
  proxy: HttpProxy,
  target: string,
  { method, headers, body, signal }: ProxiedRequest,
): Promise<{ status: number; headers: Headers; text: string }> {
  const connection = connectBy(proxy, target);
  return new Promise((resolve, reject) => {
    const send = target.startsWith('https:') ? secureRequest : plainRequest;
    const request = send(target, {
      ...{ method, headers: Object.fromEntries(headers), signal },
      agent: connection.agent,
    });
    const failure = connection.watch(request);
    const fail = (error: unknown) => reject(failure(error) ?? error);
    request.on('error', fail).on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', fail).on('end', () => {
        const refused = failure();
        if (refused !== undefined) return reject(refused);
        const received = new Headers();
        for (const [name, values = []] of Object.entries(response.headersDistinct))
          for (const value of values) received.append(name, value);
        resolve({
          ...{ status: response.statusCode ?? 0, headers: received },
          text: Buffer.concat(chunks).toString(),
        });
      });
    });
    request.end(body);
  });
}
