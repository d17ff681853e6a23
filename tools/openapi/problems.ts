import { PROBLEM } from '../../lib/http/endpoint.ts';
import type { ErrorKind } from '../../lib/platform/errors.ts';
import { refTo } from './json-schema.ts';
import type { JsonSchema } from './shared.ts';

/** Details of the example problems. */
const DETAIL: Readonly<Record<ErrorKind, string>> = {
  malformed: 'The body is not JSON: Unexpected end of JSON input',
  forbidden: 'Space "team-a" is not open to Taskbridge, or it is not there.',
  notFound: 'App "billing" does not exist in space "team-a".',
  conflict: 'The name "nightly" is taken by another job.',
  ended: 'Task "billing-bcdfg" has already ended (succeeded).',
  gone: 'The cursor is not one of this list, or has expired: list again without it.',
  tooLarge: 'The body has 300000 bytes; at most 262144 are allowed.',
  invalid: 'app: "Billing" is not allowed: lower-case letters, digits and "-".',
  unavailable: 'The cluster does not answer.',
};

const KINDS: readonly ErrorKind[] = [
  'malformed',
  'invalid',
  'forbidden',
  'notFound',
  'conflict',
  'ended',
  'gone',
  'tooLarge',
  'unavailable',
];

/** Descriptions of statuses that the gateway may return itself. */
const GATEWAY: Readonly<Record<number, string>> = {
  401: 'The signature or token is missing.',
  403: 'The signature or token does not allow it, or the space is closed or missing.',
  404: 'Not found.',
  413: 'The body is too large.',
  429: 'Too many requests: retry later.',
  500: 'Internal error; it is logged.',
  503: 'The cluster, AWS or the function is out of reach: retry after Retry-After seconds.',
};

/** Kinds of problems that every operation may return. */
const COMMON: readonly ErrorKind[] = [
  'malformed',
  'invalid',
  'forbidden',
  'notFound',
  'tooLarge',
  'unavailable',
];

const contentOf = (kind: ErrorKind | undefined, gateway: boolean) => ({
  ...(kind === undefined ? {} : { 'application/problem+json': problemOf(kind) }),
  ...(gateway
    ? { 'application/json': { schema: refTo('GatewayMessage'), example: { message: 'Unauthorized' } } }
    : {}),
});

function problemOf(kind: ErrorKind) {
  const { status, title } = PROBLEM[kind];
  const errors = kind === 'invalid' ? { errors: [{ field: 'app', message: DETAIL.invalid }] } : {};
  const example = { type: `urn:taskbridge:problem:${kind}`, title, status, detail: DETAIL[kind], ...errors };
  return { schema: refTo('Problem'), example };
}

const kindOf = (status: number): ErrorKind | undefined =>
  KINDS.find((kind) => PROBLEM[kind].status === status);

const STATUSES = [
  ...new Set([...KINDS.map((kind) => PROBLEM[kind].status), ...Object.keys(GATEWAY).map(Number)]),
];

const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds.', schema: { type: 'string', pattern: '^\\d+$' } },
};

/** Responses of all failures, as components named after their status. */
export const FAILURES: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  STATUSES.map((status) => {
    const kind = kindOf(status);
    const description = GATEWAY[status] ?? (kind === undefined ? '' : `${PROBLEM[kind].title}.`);
    const headers = kind === 'unavailable' ? { headers: RETRY_AFTER } : {};
    return [`Failure${status}`, { description, ...headers, content: contentOf(kind, status in GATEWAY) }];
  }),
);

/** Failures that an operation may return, by status. */
export function failuresOf(kinds: readonly ErrorKind[]): Readonly<Record<string, JsonSchema>> {
  const statuses = new Set([
    ...[...COMMON, ...kinds].map((kind) => PROBLEM[kind].status),
    ...Object.keys(GATEWAY).map(Number),
  ]);
  return Object.fromEntries(
    [...statuses].map((status) => [String(status), { $ref: `#/components/responses/Failure${status}` }]),
  );
}
