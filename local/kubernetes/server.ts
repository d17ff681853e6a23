import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { isFromHere, LOCAL_ONLY } from '../http-server.ts';
import { type Api, type ApiResponse, serve } from './api.ts';
import type { Certificate } from './certificate.ts';
import { AGGREGATED, discover } from './discovery.ts';
import { takesAggregated } from './negotiation.ts';
import { parsePath } from './request.ts';
import { ApiError, forbidden, methodNotAllowed, noSuchPath } from './status.ts';

/** Creates the API server of a store, with TLS. */
export const createApiServer = (api: Api, certificate: Certificate): Server =>
  createServer({ ...certificate }, apiHandler(api));

/** Handles the requests of an API server. It serves local programs with a token only, since it runs commands. */
export const apiHandler =
  (api: Api): RequestListener =>
  (request, response) => {
    handle(api, request, response).catch((error: unknown) => fail(response, error));
  };

async function handle(api: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isFromHere(request)) {
    throw forbidden(LOCAL_ONLY, {});
  }
  if (request.headers['impersonate-user'] !== undefined) {
    throw forbidden('impersonation is not supported: use a token', {});
  }
  const user = api.tokens.userOf(request);
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const path = parsePath(api.registry, pathname);
  if (path === undefined) return serveDiscovery(api, request, response, pathname);
  const result = await serve({ api, path, query: searchParams, request, response }, user);
  if (result !== 'streamed') send(response, result);
}

async function serveDiscovery(
  { registry }: Api,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
  pathname: string,
): Promise<void> {
  const aggregated = takesAggregated(headers.accept);
  const body = await discover(registry, pathname, aggregated);
  if (body === undefined) throw noSuchPath();
  if (method !== 'GET') throw methodNotAllowed(pathname, ['get']);
  const isRoot = pathname === '/api' || pathname === '/apis';
  send(response, { status: 200, body, type: aggregated && isRoot ? AGGREGATED : 'application/json' });
}

type JsonResponse = Exclude<ApiResponse, 'streamed'> & { readonly type?: string };

function send(
  response: ServerResponse,
  { status, body, warnings = [], type = 'application/json' }: JsonResponse,
): void {
  const text = `${JSON.stringify(body)}\n`;
  response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(text));
  const headers = warnings.map((warning) => `299 - ${JSON.stringify(warning)}`);
  if (headers.length > 0) response.setHeader('warning', headers);
  response.writeHead(status);
  response.end(text);
}

/** Responds with an API error, or with 500 and the message for a bug of this server. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal =
    error instanceof ApiError
      ? error
      : new ApiError(
          500,
          'InternalError',
          `Internal error occurred: ${error instanceof Error ? error.stack : error}`,
        );
  // Closes the connection if the body was not read to its end; the rest would be parsed as the next request.
  if (refusal.code === 413) response.setHeader('connection', 'close');
  send(response, { status: refusal.code, body: refusal.toStatus() });
}
