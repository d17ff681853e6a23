import type { DomainError, ErrorKind } from '../platform/errors.ts';
import type { Response } from './serve.ts';

/** HTTP status and title of each kind of error. No other file names status codes of errors. */
export const PROBLEM: Readonly<Record<ErrorKind, { readonly status: number; readonly title: string }>> = {
  malformed: { status: 400, title: 'Not JSON' },
  forbidden: { status: 403, title: 'Not allowed' },
  notFound: { status: 404, title: 'Not found' },
  conflict: { status: 409, title: 'Conflict' },
  gone: { status: 410, title: 'Gone' },
  tooLarge: { status: 413, title: 'Too large' },
  invalid: { status: 422, title: 'Invalid' },
  unavailable: { status: 503, title: 'Out of reach' },
};

/** Seconds until a client may retry. */
const RETRY_AFTER = '5';

/** Problem details of RFC 9457 for an error. */
export function problem({ kind, message, fields }: DomainError): Response {
  const { status, title } = PROBLEM[kind];
  return {
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(kind === 'unavailable' ? { 'retry-after': RETRY_AFTER } : {}),
    },
    body: {
      type: `urn:taskbridge:problem:${kind}`,
      title,
      status,
      detail: message,
      ...(fields.length === 0 ? {} : { errors: fields }),
    },
  };
}
