import * as v from 'valibot';
import { jsonOf, ProblemBody, secondsOf } from '../../cli/api/problem.ts';

/** Error body of API Gateway itself. */
const GatewayBody = v.object({ message: v.nullish(v.string()) });

/** Validation error of a field. */
export type FieldProblem = { readonly field: string; readonly message: string };

/** Error response of the API. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly fields: readonly FieldProblem[];
  /** Seconds to wait before a retry. */
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    { title, detail, errors }: ProblemBody,
    retryAfter: number | undefined = undefined,
  ) {
    super(detail);
    this.name = 'Problem';
    this.status = status;
    this.title = title;
    this.fields = errors;
    this.retryAfter = retryAfter;
  }

  /** True where a retry may succeed: 429 and 5xx. */
  get isTransient(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** Network error: unreachable server or dropped connection. */
export class Unreachable extends Error {}

/** Expired or invalid session. */
export class SignedOut extends Error {}

const TITLES: Readonly<Record<number, string>> = {
  403: 'Not allowed',
  404: 'Not found',
  429: 'Too many requests',
  500: 'Server error',
  503: 'Unavailable',
};

/** Parses an error response. */
export function problemOf(status: number, text: string, retryAfter: string | null): Problem {
  const seconds = secondsOf(retryAfter);
  const body = jsonOf(text);
  const problem = v.safeParse(ProblemBody, body);
  if (problem.success) return new Problem(status, problem.output, seconds);
  const gateway = v.safeParse(GatewayBody, body);
  const detail = (gateway.success ? gateway.output.message : undefined) ?? `The server returned ${status}.`;
  return new Problem(
    status,
    { type: undefined, title: TITLES[status] ?? `Request failed (${status})`, detail, errors: [] },
    seconds,
  );
}
