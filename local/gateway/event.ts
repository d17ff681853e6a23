import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Request with its matched route. */
export type Matched = {
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Path as it was sent. */
  readonly path: string;
  readonly query: string;
  readonly authorizer: unknown;
};

/**
 * Converts a request to the event of an HTTP API (payload 2.0), as the guide of API Gateway describes it: names of headers in
 * lower case, values of one name joined by commas, cookies in a list of their own, and a body in base64 if it is binary.
 */
export function toEvent(
  request: IncomingMessage,
  body: Buffer,
  { routeKey, pathParameters, path, query: rawQueryString, authorizer }: Matched,
) {
  const parameters = new URLSearchParams(rawQueryString);
  const query = Object.fromEntries(
    [...new Set(parameters.keys())].map((key) => [key, parameters.getAll(key).join(',')]),
  );
  const { cookie, ...headers } = request.headersDistinct;
  const cookies = (cookie ?? []).flatMap((value) => value.split(/; */));
  const isBase64Encoded = body.length > 0 && isBinary(request.headers['content-type'], body);
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length === 0 ? {} : { cookies }),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, values = []]) => [name, values.join(',')]),
    ),
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      authorizer,
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: {
        method: request.method ?? 'GET',
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.socket.remoteAddress ?? '127.0.0.1',
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: formatTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length === 0 ? {} : { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/**
 * Media types whose bodies are texts in an event. The guide does not name them; these are what others have seen on AWS: any
 * other type is binary, an absent one too.
 */
const TEXT = /^(?:text\/[^;]*|application\/(?:json|xml|javascript))\s*(?:;|$)/i;

/** True for a body that an event has in base64. It is not known what AWS makes of a text that is not UTF-8. */
const isBinary = (type: string | undefined, body: Buffer): boolean => !TEXT.test(type ?? '') || !isUtf8(body);

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Formats a time as `29/Nov/2026:22:43:38 +0000`. */
function formatTime(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split(/[T.]/);
  const [year, month, day] = date.split('-');
  return `${day}/${MONTHS[Number(month) - 1]}/${year}:${clock} +0000`;
}
