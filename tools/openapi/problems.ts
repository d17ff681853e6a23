import { PROBLEM } from '../../lib/http/problem.ts';
import type { ErrorKind } from '../../lib/platform/errors.ts';
import { refTo } from './json-schema.ts';
import type { JsonSchema } from './shared.ts';

/** A problem as an example, in words that the API uses. */
const DETAIL: Readonly<Record<ErrorKind, string>> = {
  malformed: 'The body is not JSON: Unexpected end of JSON input',
  forbidden: 'Space "team-a" is not open to Taskbridge, or it is not there.',
  notFound: 'App "billing" does not exist in space "team-a".',
  conflict: `Task "billing-bcdfg" can't be terminated: it has ended already, its state is succeeded.`,
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
  'gone',
  'tooLarge',
  'unavailable',
];

/** What the gateway answers by itself: with a function's problem beside it, or alone. */
const GATEWAY: Readonly<Record<number, string>> = {
  401: 'No signature or token says who asks.',
  403: 'The signature or token does not allow it, or the space is not open: one answer for that and for none.',
  404: 'It is not there.',
  413: 'The body is too large.',
  429: 'Too many requests at once: try again in a moment.',
  500: 'A fault of Taskbridge; it is logged.',
  503: 'The cluster, AWS or the function is out of reach: try again after Retry-After seconds.',
};

/** Of every operation, beside the kinds that it names. */
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

/** Responses of all failures, as components named by their status. */
export const FAILURES: Readonly<Record<string, JsonSchema>> = Object.fromEntries(
  STATUSES.map((status) => {
    const kind = kindOf(status);
    const description = GATEWAY[status] ?? (kind === undefined ? '' : `${PROBLEM[kind].title}.`);
    const headers = kind === 'unavailable' ? { headers: RETRY_AFTER } : {};
    return [`Failure${status}`, { description, ...headers, content: contentOf(kind, status in GATEWAY) }];
  }),
);

/** The failures that an operation may answer with. */
export function failuresOf(kinds: readonly ErrorKind[]): Readonly<Record<string, JsonSchema>> {
  const statuses = new Set([
    ...[...COMMON, ...kinds].map((kind) => PROBLEM[kind].status),
    ...Object.keys(GATEWAY).map(Number),
  ]);
  return Object.fromEntries(
    [...statuses].map((status) => [String(status), { $ref: `#/components/responses/Failure${status}` }]),
  );
}
