import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { KEEP_ALIVE_MS } from '../../local/http-server.ts';

/** Starts a server on a free port of an address of this machine, the loopback if none is given. Returns the port. */
export async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = KEEP_ALIVE_MS;
  await once(server.listen(0, host), 'listening');
  return (server.address() as AddressInfo).port;
}

/**
 * Address that refuses every connection: nobody listens on port 2, which no system hands out (port 1 is one that `fetch`
 * blocks). The port of a server that was closed may be another's a moment later.
 */
export const NOBODY = 'http://127.0.0.1:2';
