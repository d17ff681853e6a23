import type { IncomingMessage } from 'node:http';

/** CORS settings of the API: `provider.httpApi.cors` of serverless.yml. */
export type Cors = {
  readonly allowedOrigins: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly exposedResponseHeaders: readonly string[];
  /** Seconds for which a browser caches a preflight. */
  readonly maxAge: number;
};

const originOf = (cors: Cors | undefined, { headers: { origin } }: IncomingMessage): string | undefined =>
  origin !== undefined && cors?.allowedOrigins.includes(origin) === true ? origin : undefined;

/** Tests if a page of the request's origin may call the API. */
export const isAllowedOrigin = (cors: Cors | undefined, request: IncomingMessage): boolean =>
  originOf(cors, request) !== undefined;

/** Tests for a CORS preflight, which the gateway answers itself, before routes and authorizer. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/** Headers that API Gateway adds to responses to an allowed origin. */
export function corsHeaders(cors: Cors | undefined, request: IncomingMessage): Record<string, string> {
  const origin = originOf(cors, request);
  if (cors === undefined || origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': cors.exposedResponseHeaders.join(','),
    vary: 'Origin',
  };
}

/** Headers of the response to a preflight. */
export function preflightHeaders(cors: Cors | undefined, request: IncomingMessage): Record<string, string> {
  const origin = originOf(cors, request);
  if (cors === undefined || origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': cors.allowedMethods.join(','),
    'access-control-allow-headers': cors.allowedHeaders.join(','),
    'access-control-max-age': String(cors.maxAge),
    vary: 'Origin',
  };
}
