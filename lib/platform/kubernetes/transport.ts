import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { ClusterAuth } from '../config.ts';

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

/** A bearer token for the API server; `fresh` asks for a new one after a 401. */
export type TokenSource = (fresh: boolean) => Promise<string>;

/** Keeps what `load` gives for `forMs`: a projected token and a signed one are both good for longer than that. */
export function cachedToken(load: () => Promise<string>, forMs: number, now: () => number): TokenSource {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return async (fresh) => {
    if (kept === undefined || fresh || kept.until <= now()) {
      kept = { token: await load(), until: now() + forMs };
    }
    return kept.token;
  };
}

/** A file may be written anew at any time, as Kubernetes does with projected tokens; once a minute it is read again. */
const FILE_KEPT_MS = 60_000;

export const fileToken = (file: string, now: () => number): TokenSource =>
  cachedToken(async () => (await readFile(file, 'utf8')).trim(), FILE_KEPT_MS, now);

/** Client certificate and key, in PEM. */
export async function readCertificate(auth: Extract<ClusterAuth, { kind: 'certificate' }>) {
  const [cert, key] = await Promise.all([readFile(auth.certFile), readFile(auth.keyFile)]);
  return { cert, key };
}
