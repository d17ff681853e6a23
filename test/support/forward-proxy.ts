import { createServer, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { listen } from './listen.ts';

type Forwarded = {
  /** The first line of the request: `CONNECT host:port`, `GET http://host/path`. */
  readonly line: string;
  /** User and password, as `user:password`. */
  readonly credentials: string | undefined;
};

/** Forward proxy as curl knows it: tunnels by CONNECT and forwards whole URLs, all of them to `port` of this machine. */
export async function startForwardProxy(port: () => number) {
  const forwarded: Forwarded[] = [];
  const sockets = new Set<Socket>();
  let status = 200;
  const note = ({ method, url, headers }: IncomingMessage) => {
    const encoded = /^Basic (.*)$/.exec(headers['proxy-authorization'] ?? '')?.[1];
    const credentials = encoded && Buffer.from(encoded, 'base64').toString();
    forwarded.push({ line: `${method} ${url}`, credentials });
  };
  const server = createServer((incoming, outgoing) => {
    note(incoming);
    if (status !== 200) {
      outgoing.writeHead(status, { 'content-type': 'text/html' });
      outgoing.end('<p>This proxy says no.</p>');
      return;
    }
    const { method, headers, url = '' } = incoming;
    const { pathname, search } = new URL(url);
    const upstream = request({
      port: port(),
      host: '127.0.0.1',
      method,
      headers,
      path: `${pathname}${search}`,
    });
    upstream.on('response', (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    upstream.on('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  server.on('connect', (incoming: IncomingMessage, client: Socket) => {
    note(incoming);
    if (status !== 200) {
      client.end(`HTTP/1.1 ${status} No\r\ncontent-type: text/html\r\n\r\n<p>This proxy says no.</p>`);
      return;
    }
    const upstream = connect(port(), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on('error', () => client.destroy());
    client.on('close', () => upstream.destroy());
  });
  const own = await listen(server);
  return {
    host: `127.0.0.1:${own}`,
    forwarded,
    /** Answers every request with this status, or forwards it: 200. */
    answer: (next: number) => {
      status = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
