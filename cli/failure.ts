import * as v from 'valibot';
import { jsonOf, ProblemBody, secondsOf } from '../client/problem.ts';
import { Refusal } from './errors.ts';

/** What API Gateway itself answers, before any function is asked. */
const GatewayAnswer = v.object({ message: v.string() });

export type Answer = {
  readonly url: string;
  readonly status: number;
  readonly contentType: string;
  readonly retryAfter: string | null;
  readonly text: string;
  /** How the request proved who asks. */
  readonly proof: 'token' | 'signature' | 'none';
};

/** A failed answer as an error whose message says what to do. */
export function refusalOf(answer: Answer): Refusal {
  const retryAfter = secondsOf(answer.retryAfter);
  return new Refusal(messageFor(answer), {
    status: answer.status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function messageFor(answer: Answer): string {
  const body = jsonOf(answer.text);
  const problem = v.safeParse(ProblemBody, body);
  if (problem.success) return problemMessage(problem.output, answer.retryAfter);
  if (!v.is(GatewayAnswer, body)) return strangeAnswer(answer);
  const { status, url, proof } = answer;
  if (status === 401 || status === 403)
    return `${url} refuses (${status}: ${body.message}). ${ADVICE[proof]}`;
  if (status === 404)
    return `${url} knows no such path (404): is it the URL of a Taskbridge? See "taskbridge target".`;
  const next = status === 429 || status >= 500 ? ' Try again in a moment.' : '';
  return `${url} refuses (${status}: ${body.message}).${next}`;
}

const ADVICE = {
  token: 'The token may have expired, or be for another server: get a new one and set TASKBRIDGE_TOKEN.',
  signature:
    'The AWS credentials may have expired, or may not call this API: renew them, for instance by "aws sso login".',
  none: 'It wants to know who asks: set TASKBRIDGE_TOKEN, or give --sign to sign with AWS credentials.',
} as const;

function problemMessage({ detail, errors }: ProblemBody, retryAfter: string | null): string {
  const more = errors.filter(({ message }) => !detail.includes(message));
  const fields = more.map(({ field, message }) => ` ${field}: ${message}`);
  return `${detail}${fields.join('')}${retryAfter === null ? '' : ` Try again in ${retryAfter} s.`}`;
}

/** An answer that no Taskbridge and no API Gateway gives: a login page, another server, a proxy's error. */
export function strangeAnswer({ url, status, contentType }: Answer): string {
  const what = contentType === '' ? 'something' : contentType.replace(/;.*/, '');
  return `${url} answered ${status} with ${what}, not with Taskbridge's JSON: check the URL ("taskbridge target" shows it).`;
}
