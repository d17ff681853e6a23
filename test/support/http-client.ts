import * as http from 'node:http';
import * as https from 'node:https';

/** Address of a server, and credentials. Certificates and keys are PEM texts. */
export type Connection = {
  readonly url: string;
  readonly ca?: string | undefined;
  readonly token?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
};

export type Request = {
  readonly method: string;
  /** Path and query, as they go over the wire. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
};

export type Response = {
  readonly status: number;
  readonly contentType: string;
  /** `content-encoding`; empty without one. The text is as it came. */
  readonly encoding: string;
  readonly text: string;
};

/** A server that says nothing for so long does not answer at all. */
const SILENCE_MS = 30_000;

/**
 * Sends raw requests over kept connections. It repeats nothing and understands nothing, so that what a suite sees
 * is what the server said. Rejects when no answer comes.
 */
export function httpClient({ url, ca, token, certificate, key }: Connection) {
  const secure = url.startsWith('https:');
  const agent = secure
    ? new https.Agent({ keepAlive: true, ca, cert: certificate, key })
    : new http.Agent({ keepAlive: true });
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };

  const send = ({ method, path, headers, body }: Request): Promise<Response> =>
    new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(
        new URL(path, url),
        { method, agent, headers: { ...authorization, ...lengthOf(body), ...headers }, timeout: SILENCE_MS },
        (message) => collect(message).then(resolve, reject),
      );
      request.on('timeout', () =>
        request.destroy(new Error(`${method} ${path}: silent for ${SILENCE_MS} ms`)),
      );
      request.on('error', reject);
      request.end(body);
    });

  return { send, close: () => agent.destroy() };
}

/** Without it Node sends the body of a DELETE with nothing that says how long it is. */
const lengthOf = (body: string | undefined) =>
  body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };

async function collect(message: http.IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return {
    status: message.statusCode ?? 0,
    contentType: message.headers['content-type'] ?? '',
    encoding: message.headers['content-encoding'] ?? '',
    text: Buffer.concat(chunks).toString('utf8'),
  };
}
