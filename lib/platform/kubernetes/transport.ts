import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { ClusterAuth } from '../config.ts';
import type { ApiPath } from './requests.ts';

/** Limit of keep-alive connections; a thousand at once were slower than fifty (measured). */
export const SOCKETS = 50;

export type Tls = {
  readonly ca?: string | undefined;
  readonly cert?: Buffer | undefined;
  readonly key?: Buffer | undefined;
};

export type Outgoing = {
  readonly method: string;
  readonly path: ApiPath;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly signal: AbortSignal;
};

/** Sends a request and returns the head of the response; the caller reads the body. */
export type Send = (outgoing: Outgoing) => Promise<IncomingMessage>;

/** Sends over one keep-alive agent. Throws Node's own error when there is no response. */
export function keepAlive(endpoint: string, tls: Tls): Send {
  const options = { keepAlive: true, maxSockets: SOCKETS, scheduling: 'lifo' } as const;
  const secure = endpoint.startsWith('https:');
  const agent = secure ? new HttpsAgent({ ...options, ...tls }) : new HttpAgent(options);
  const open = secure ? httpsRequest : httpRequest;

  return ({ method, path, query, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const url = new URL(`${endpoint}${path}${query.size === 0 ? '' : `?${query}`}`);
      const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
      const request = open(url, { method, agent, signal, headers: { ...headers, ...length } });
      request.once('response', resolve);
      request.once('error', reject);
      request.end(body);
    });
}

/** An answer has more bytes than its reader takes; the rest of it was not read. */
export class AnswerTooLarge extends Error {}

/** Body of a response without its compression; an error of the connection is one of the body. */
const decompressed = (response: IncomingMessage): Readable =>
  response.headers['content-encoding'] === 'gzip'
    ? pipeline(response, createGunzip(), () => undefined)
    : response;

/**
 * Reads the whole body as text, decompressed; throws when the connection ends early, and {@link AnswerTooLarge} beyond
 * `maxBytes` of text.
 */
export async function readText(
  response: IncomingMessage,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of decompressed(response)) {
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > maxBytes) throw new AnswerTooLarge(`An answer of more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** Source of bearer tokens for the API server; `fresh` requests a new one, after a 401. */
export type TokenSource = (fresh: boolean) => Promise<string>;

/** Caches a token for `forMs`; projected and signed tokens are both valid for longer. */
export function cachedToken(load: () => Promise<string>, forMs: number, now: () => number): TokenSource {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return async (fresh) => {
    if (kept === undefined || fresh || kept.until <= now()) {
      kept = { token: await load(), until: now() + forMs };
    }
    return kept.token;
  };
}

/** Interval at which a token file is read again, in ms: Kubernetes replaces projected tokens at any time. */
const FILE_KEPT_MS = 60_000;

export const fileToken = (file: string, now: () => number): TokenSource =>
  cachedToken(async () => (await readFile(file, 'utf8')).trim(), FILE_KEPT_MS, now);

/** Client certificate and key, in PEM. */
export async function readCertificate(auth: Extract<ClusterAuth, { kind: 'certificate' }>) {
  const [cert, key] = await Promise.all([readFile(auth.certFile), readFile(auth.keyFile)]);
  return { cert, key };
}
