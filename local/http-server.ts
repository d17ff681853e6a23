import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { Server } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import { errorCodeOf } from './error-code.ts';

/** A server that listens. */
export type Listening = {
  /** `http://HOST:PORT`, or `https:` for a server with TLS. */
  readonly url: string;
  /** Stops the server and cuts its open connections. */
  close(): Promise<void>;
};

type HttpServer = Server & {
  keepAliveTimeout: number;
  headersTimeout: number;
  requestTimeout: number;
  closeAllConnections(): void;
};

/**
 * Time that an idle connection stays open, in ms. With Node's own five seconds a process that had no processor for so long
 * cuts connections whose next request is already there.
 */
export const KEEP_ALIVE_MS = 90_000;

/**
 * Connections that wait to be accepted. With Node's 511 a crowd that meets a process without a processor is reset by the
 * system. Linux allows 4,096 unless told otherwise.
 */
const BACKLOG = 4_096;

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
  // A request that is slow to arrive is cut after Node's minute otherwise, also where this process was the slow one.
  server.headersTimeout = 0;
  server.requestTimeout = 0;
  try {
    server.listen({ port, host, backlog: BACKLOG });
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

/** Names of listeners with the ports that they had last. */
export type Ports = Map<string, number>;

/** Starts an HTTP server on the port that it had last, or on any one if that is taken, and remembers it. */
export async function listenAgain(server: HttpServer, name: string, ports: Ports, host?: string) {
  const last = ports.get(name);
  const listening = await listen(server, last === undefined ? [] : [last, 0], host);
  const port = portOf(listening.url);
  if (port !== last) ports.set(name, port);
  return listening;
}

/** Port of a URL that has one. */
export const portOf = (url: string): number => Number(new URL(url).port);

const isTaken = (error: unknown): boolean => errorCodeOf(error) === 'EADDRINUSE';

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
