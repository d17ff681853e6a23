import * as v from 'valibot';
import { jsonOf, ProblemBody, secondsOf } from '../../cli/api/problem.ts';

/** What the gateway itself answers, before any function is asked. */
const GatewayBody = v.object({ message: v.nullish(v.string()) });

export type FieldProblem = { readonly field: string; readonly message: string };

/** A request that was refused, in the server's own words. */
export class Problem extends Error {
  readonly status: number;
  readonly title: string;
  readonly fields: readonly FieldProblem[];
  /** Seconds after which to ask again. */
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

  /** Whether the same request may do later. */
  get isPassing(): boolean {
    return this.status === 429 || this.status >= 500;
  }
}

/** The server was not reached, or the connection broke before it had answered. */
export class Unreached extends Error {}

/** The sign-in has ended, or is not one that the server takes. */
export class SignedOut extends Error {}

const TITLES: Readonly<Record<number, string>> = {
  403: 'Not allowed',
  404: 'Not found',
  429: 'Too many requests',
  500: 'A fault of the server',
  503: 'Out of reach',
};

/** The problem that an answer tells of. */
export function problemOf(status: number, text: string, retryAfter: string | null): Problem {
  const later = secondsOf(retryAfter);
  const body = jsonOf(text);
  const told = v.safeParse(ProblemBody, body);
  if (told.success) return new Problem(status, told.output, later);
  const gateway = v.safeParse(GatewayBody, body);
  const detail = (gateway.success ? gateway.output.message : undefined) ?? `The server answered ${status}.`;
  return new Problem(status, { title: TITLES[status] ?? `Refused (${status})`, detail, errors: [] }, later);
}
