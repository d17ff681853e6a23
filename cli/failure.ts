import * as v from 'valibot';
import { jsonOf, ProblemBody, secondsOf } from './api/problem.ts';
import { CliError } from './errors.ts';

/** Error body of API Gateway itself. */
const GatewayError = v.object({ message: v.string() });

/** Response to report as an error. */
export type FailedResponse = {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | null;
  readonly text: string;
  /** Authentication that the request used. */
  readonly auth: 'token' | 'signature' | 'none';
  /** Proxy that the response came by. */
  readonly proxy?: string;
};

/** Turns a failed response into an error whose message suggests a fix. */
export function errorFrom(response: FailedResponse): CliError {
  const retryAfter = secondsOf(response.retryAfter);
  const problem = v.safeParse(ProblemBody, jsonOf(response.text));
  const kind = problem.success ? problem.output.type : undefined;
  return new CliError(messageFor(response), {
    status: response.status,
    ...(kind === undefined ? {} : { kind }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function messageFor(response: FailedResponse): string {
  const body = jsonOf(response.text);
  const problem = v.safeParse(ProblemBody, body);
  if (problem.success) return problemMessage(problem.output, response.retryAfter);
  if (!v.is(GatewayError, body)) return unexpectedResponse(response);
  const { status, url, auth } = response;
  if (status === 401 || status === 403)
    return `${url} denied the request (${status}: ${body.message}). ${ADVICE[auth]}`;
  if (status === 404)
    return `${url} has no such path (404): is it the URL of Taskbridge? See "taskbridge target".`;
  const next = status === 429 || status >= 500 ? ' Try again in a moment.' : '';
  return `${url} rejected the request (${status}: ${body.message}).${next}`;
}

const ADVICE = {
  token: 'The token may have expired or belong to another server: get a new one and set TASKBRIDGE_TOKEN.',
  signature:
    'The AWS credentials may have expired or lack access to this API: renew them, for example with "aws sso login".',
  none: 'Authentication required: set TASKBRIDGE_TOKEN, or use --sign to sign with AWS credentials.',
} as const;

function problemMessage({ detail, errors }: ProblemBody, retryAfter: string | null): string {
  const more = errors.filter(({ message }) => !detail.includes(message));
  const fields = more.map(({ field, message }) => ` ${field}: ${message}`);
  return `${detail}${fields.join('')}${retryAfter === null ? '' : ` Try again in ${retryAfter} s.`}`;
}

/** Message for a response of neither Taskbridge nor API Gateway: a login page, another server, a proxy's error. */
export function unexpectedResponse({ url, status, contentType, proxy }: FailedResponse): string {
  const body = contentType === '' ? 'an unknown content type' : contentType.replace(/;.*/, '');
  const by = proxy === undefined ? '' : ` The response came by the ${proxy}.`;
  return `${url} returned ${status} with ${body}, not Taskbridge's JSON: check the URL ("taskbridge target" shows it).${by}`;
}
