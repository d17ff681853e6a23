import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Certificate } from '../../local/kubernetes/certificate.ts';
import { listen } from './listen.ts';

/** A request as the server got it. */
type Received = {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

export type Respond = (request: Received, response: ServerResponse) => void;

export type TestServer = {
  readonly endpoint: string;
  readonly received: Received[];
  /** Connections that were ever made. */
  connections(): number;
  close(): Promise<void>;
};

/** Starts a server on the loopback that answers each request by `respond`: of HTTPS with a certificate, else of HTTP. */
export async function startServer(respond: Respond, tls?: Certificate): Promise<TestServer> {
  const received: Received[] = [];
  let connections = 0;
  const onRequest: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const one = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
    received.push(one);
    respond(one, response);
  };
  const server = tls === undefined ? createServer(onRequest) : createSecureServer({ ...tls }, onRequest);
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(server);
  return {
    endpoint: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    received,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Answers with JSON. */
export const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

/** Answers the first request by the first answer, and so on; all that are left by the last one. */
export function inTurn(...answers: readonly Respond[]): Respond {
  let turn = 0;
  return (request, response) => {
    const answer = answers[Math.min(turn, answers.length - 1)];
    turn += 1;
    answer?.(request, response);
  };
}
