import type { IncomingMessage } from 'node:http';

/** Which pages of other origins may call the API, as `provider.httpApi.cors` of serverless.yml says it. */
export type Cors = {
  readonly allowedOrigins: readonly string[];
  readonly allowedHeaders: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly exposedResponseHeaders: readonly string[];
  /** Seconds for which a browser keeps what a preflight allowed. */
  readonly maxAge: number;
};

const originOf = (cors: Cors | undefined, { headers: { origin } }: IncomingMessage): string | undefined =>
  origin !== undefined && cors?.allowedOrigins.includes(origin) === true ? origin : undefined;

/** Whether a page of another origin may call the API. */
export const isAllowedOrigin = (cors: Cors | undefined, request: IncomingMessage): boolean =>
  originOf(cors, request) !== undefined;

/** Whether a browser asks first, which the gateway answers itself: no route and no authorizer sees it. */
export const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/** What API Gateway adds to each answer to an allowed origin. */
export function corsHeaders(cors: Cors | undefined, request: IncomingMessage): Record<string, string> {
  const origin = originOf(cors, request);
  if (cors === undefined || origin === undefined) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': cors.exposedResponseHeaders.join(','),
    vary: 'Origin',
  };
}

/** The same for a preflight. */
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
