import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import { Server as TlsServer } from 'node:tls';

/** A server that listens. */
export type Listening = {
  /** `http://HOST:PORT`, or `https:` for a server with TLS. */
  readonly url: string;
  /** Stops the server and cuts its open connections. */
  close(): Promise<void>;
};

type HttpServer = Server & { keepAliveTimeout: number; closeAllConnections(): void };

/**
 * Time that an idle connection stays open, in ms. With Node's own five seconds a process that had no processor for so long
 * cuts connections whose next request is already there.
 */
export const KEEP_ALIVE_MS = 90_000;

/**
 * Starts an HTTP server on an address of this machine, on the first of the ports that is free. Port 0: any free one.
 * Rejects if all are taken.
 */
export async function listen(
  server: HttpServer,
  [port = 0, ...others]: readonly number[] = [],
  host = '127.0.0.1',
): Promise<Listening> {
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    if (others.length === 0 || !isTaken(error)) throw error;
    return listen(server, others, host);
  }
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP port.');
  return {
    url: `${server instanceof TlsServer ? 'https' : 'http'}://${host}:${address.port}`,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';

/** Error message for requests that {@link isFromHere} rejects. */
export const LOCAL_ONLY = 'This server serves local programs only: Host and Origin must be its own address.';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Checks that a request comes from a program of this machine. The local cloud runs commands, so no web page may reach
 * it: neither by a name that resolves to loopback (Host) nor from another origin (Origin), unless that one is allowed.
 */
export function isFromHere({ headers }: IncomingMessage, isAllowed = false): boolean {
  if (!LOOPBACK.test(headers.host ?? '')) return false;
  return (
    isAllowed || headers.origin === undefined || headers.origin.replace(/^https?:\/\//, '') === headers.host
  );
}
