import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';

/** A server that listens. */
export type Listening = {
  /** `http://HOST:PORT` */
  readonly url: string;
  /** Stops the server and cuts its open connections. */
  close(): Promise<void>;
};

type HttpServer = Server & { closeAllConnections(): void };

/** Starts an HTTP server on an address of this machine. Port 0: any free one. Rejects if the port is taken. */
export async function listen(server: HttpServer, port = 0, host = '127.0.0.1'): Promise<Listening> {
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP port.');
  return {
    url: `http://${host}:${address.port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Error message for requests that {@link isFromHere} rejects. */
export const LOCAL_ONLY = 'This server serves local programs only: Host and Origin must be its own address.';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Checks that a request comes from a program of this machine. The local cloud runs commands, so no web page may reach
 * it: neither by a name that resolves to loopback (Host) nor from another origin (Origin), unless that one is allowed.
 */
export function isFromHere({ headers }: IncomingMessage, isAllowed = false): boolean {
  if (!LOOPBACK.test(headers.host ?? '')) return false;
  return isAllowed || headers.origin === undefined || headers.origin === `http://${headers.host}`;
}
