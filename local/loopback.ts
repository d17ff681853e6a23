import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * Whether a request comes from this machine's own programs. The local cloud runs commands, so no web page may reach it:
 * not through a name that resolves to loopback (Host), not from another origin (Origin) that was not allowed by name.
 */
export function isFromHere({ headers }: IncomingMessage, isAllowed = false): boolean {
  if (!LOOPBACK.test(headers.host ?? '')) return false;
  return isAllowed || headers.origin === undefined || headers.origin === `http://${headers.host}`;
}
