import pRetry, { AbortError } from 'p-retry';
import { DomainError } from '../../domain/errors.ts';
import { timeLimit } from '../time-limit.ts';
import { type JsonService, jsonCall, refusalIn, Unanswered } from './json-call.ts';

/** Waits between tries grow from this by the factor two, with jitter. */
const FIRST_WAIT_MS = 100;

/** Refusals that say "not now"; CloudWatch Logs sends them with the status 400. */
const PASSING = ['ThrottlingException', 'ServiceUnavailableException', 'LimitExceededException'];

export type LogGroup = Pick<JsonService, 'region' | 'endpoint' | 'credentials'> & { readonly name: string };

/** One operation of a log group, by its name and its members beside the group. */
export type Call = (operation: string, members: object) => Promise<unknown>;

/**
 * Calls on a log group, all of which end within so many ms from now. Every one reads only, so it is tried again while it is throttled
 * or gets no answer. Throws `unavailable` when time is up; a refusal is a fault of the deployment, told in AWS's words.
 */
export function callsOn(group: LogGroup, withinMs: number): Call {
  const deadline = timeLimit(withinMs);
  return async (operation, members) => {
    let why = 'no answer in time';
    try {
      return await pRetry(() => send(group, operation, members, deadline), {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: FIRST_WAIT_MS,
        randomize: true,
        signal: deadline,
        onFailedAttempt: ({ error }) => {
          if (!deadline.aborted) why = error.message;
        },
      });
    } catch (error) {
      if (!deadline.aborted) throw error;
      throw new DomainError('unavailable', `CloudWatch Logs is out of reach (${why}). Try again.`);
    }
  };
}

async function send(
  { name, ...where }: LogGroup,
  operation: string,
  members: object,
  signal: AbortSignal,
): Promise<unknown> {
  const service = { ...where, service: 'logs', target: 'Logs_20140328' };
  const body = { logGroupName: name, ...members };
  const answer = await jsonCall(service, operation, body, signal).catch((error: unknown) => {
    throw error instanceof Unanswered ? error : new AbortError(asError(error));
  });
  if (answer.status === 200) return JSON.parse(answer.text);
  const { code, message } = refusalIn(answer) ?? { code: String(answer.status), message: 'no words of AWS' };
  const refused = new Error(`${operation} on log group "${name}": ${code}: ${message}`);
  throw answer.status >= 500 || PASSING.includes(code) ? refused : new AbortError(refused);
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
