import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';

/** Warm connections are kept, at most so many at once: a thousand at one time were slower than fifty (measured). */
export const SOCKETS = 50;

export type Tls = {
  readonly ca?: string | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
};

export type Outgoing = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
};

/** Sends a request and gives the answer's head; its body is read by whoever asked. */
export type Send = (outgoing: Outgoing) => Promise<IncomingMessage>;

/** Sends over one keep-alive agent. Throws Node's own error when there is no answer. */
export function keepAlive(endpoint: string, tls: Tls): Send {
  const options = { keepAlive: true, maxSockets: SOCKETS, scheduling: 'lifo' } as const;
  const secure = endpoint.startsWith('https:');
  const agent = secure ? new HttpsAgent({ ...options, ...tls }) : new HttpAgent(options);
  const open = secure ? httpsRequest : httpRequest;

  return ({ method, url, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const request = open(url, { method, agent, signal, headers: { ...headers, ...length } });
      request.once('response', resolve);
      request.once('error', reject);
      request.end(body);
    });
}

/** The whole body as text; throws when the connection ends before it. */
export async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
