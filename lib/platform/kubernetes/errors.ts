import { ApiException } from '@kubernetes/client-node';
import * as v from 'valibot';
import { conflict, cursorGone, DomainError, type FieldError, notFoundIn, spaceClosed } from '../errors.ts';
import { shortened } from '../json.ts';
import { type Retry, RetryableError, type RetryPolicy } from '../retry.ts';
import { withoutTektonNames } from '../tekton-names.ts';
import { isMissingRight, isOtherUid, isUnknownContinueToken } from './messages.ts';

/** Error body of the API server: `metav1.Status`. */
const Status = v.object({
  message: v.optional(v.string(), ''),
  reason: v.optional(v.string(), ''),
  details: v.optional(
    v.object({
      causes: v.optional(
        v.array(v.object({ field: v.optional(v.string(), ''), message: v.optional(v.string(), '') })),
      ),
    }),
  ),
});

export type Failure = {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
  readonly causes: readonly FieldError[];
};

/** Parses an error body; a proxy before the API server may answer with HTML. */
export function failureOf(code: number, body: unknown): Failure {
  const parsed = v.safeParse(Status, typeof body === 'string' ? jsonOf(body) : body);
  if (!parsed.success) return { code, reason: '', message: 'it gave no reason', causes: [] };
  const { message, reason, details } = parsed.output;
  return { code, reason, message, causes: details?.causes ?? [] };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Subject of a call, for its error message. */
export type Subject = { readonly space: string; readonly what: string };

/** Longest message of the cluster in an answer, in characters, and most causes: it may quote an object of 1.5 MB in each. */
const MAX_MESSAGE = 4_000;
const MAX_CAUSES = 20;

/** Maps an error response to an error for the user. One that no user can fix stays an internal error. */
export function domainErrorOf(failure: Failure, { space, what }: Subject): Error {
  const { code } = failure;
  const message = withoutTektonNames(shortened(failure.message, MAX_MESSAGE));
  const causes = failure.causes.slice(0, MAX_CAUSES).map((cause) => ({
    field: shortened(cause.field, MAX_MESSAGE),
    message: shortened(cause.message, MAX_MESSAGE),
  }));
  switch (code) {
    case 403:
      return isMissingRight(message) ? spaceClosed(space) : conflict(`${what}: ${message}`);
    case 404:
      return notFoundIn(space, what);
    case 400:
    case 422:
      if (isUnknownContinueToken(message)) return cursorGone();
      return new DomainError('invalid', `${what}: the cluster refused it: ${message}`, causes);
    case 409:
      return conflict(`${what}: ${message}`);
    case 410:
      return cursorGone();
    case 413:
      return new DomainError('tooLarge', `${what}: the cluster takes no object of this size.`);
    default:
      return new Error(`${what}: the cluster answered ${code}: ${message}`);
  }
}

/**
 * Runs a call to the API server. `expect` may turn a rejection into a result; every other one is thrown in the user's words.
 * ApiException's own message holds the whole body and all headers, so it is not used.
 */
export async function callApi<T>(
  subject: Subject,
  call: () => Promise<T>,
  mapError: (failure: Failure) => T | undefined = () => undefined,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    const failure = failureOf(error.code, error.body);
    const expected = mapError(failure);
    if (expected !== undefined) return expected;
    throw domainErrorOf(failure, subject);
  }
}

/**
 * True when the error of a delete by uid says that the object is gone, even if another one has its name. A retried delete
 * whose response was lost finds this too.
 */
export const isDeleted = ({ code, message }: Failure): boolean =>
  code === 404 || (code === 409 && isOtherUid(message));

/**
 * Budgets of calls to the API server. Every action starts with a read, so an unreachable cluster is detected within five
 * seconds; a write, and a read that was throttled, may wait longer, since the cluster has just responded.
 */
export type KubernetesRetry = {
  readonly read: RetryPolicy;
  /** A page of a list for which the caller has set a deadline: it waits for a slow response. */
  readonly list: RetryPolicy;
  readonly write: RetryPolicy;
  readonly clock?: Retry['clock'];
};

const WAITS = { firstWaitMs: 50, maxWaitMs: 2_000 };

export const DEFAULT_RETRY: KubernetesRetry = {
  read: { ...WAITS, totalMs: 4_000, throttledMs: 20_000, attemptMs: 2_500 },
  list: { ...WAITS, totalMs: 10_000, throttledMs: 20_000, attemptMs: 10_000 },
  write: { ...WAITS, totalMs: 20_000, attemptMs: 15_000 },
};

/** Retryable status codes: 429 and 5xx, of the server or of a proxy before it. */
const RETRYABLE_STATUS = [429, 500, 502, 503, 504];

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

/** Returns the response. Throws {@link RetryableError} for a retryable status code. */
export function throwIfRetryable(answer: Answer): Answer {
  if (!RETRYABLE_STATUS.includes(answer.status)) return answer;
  const seconds = Number(answer.headers['retry-after'] ?? 0);
  throw new RetryableError(`it answered ${answer.status}${sentenceOf(answer.text)}`, {
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
    throttled: answer.status === 429,
  });
}

/** The message of a Kubernetes Status, which holds no secret. Quotes nothing of any other body. */
function sentenceOf(text: string): string {
  const [, message] = /"message":"((?:[^"\\]|\\.){1,300})/.exec(text) ?? [];
  return message === undefined ? '' : `: ${withoutAddresses(message)}`;
}

/** URLs, host names that are looked up, IPv6 and IPv4 addresses, as Go's errors write them. */
const ADDRESS =
  /(?:\\?")?https?:\/\/[^\s"\\]*(?:\\?")?|(?<=\blookup )[^\s:]+|\[[\da-f:.%]+\](?::\d+)?|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/gi;

/** Removes addresses of kubelets and webhooks, which no user can reach. */
const withoutAddresses = (message: string): string => message.replace(ADDRESS, '…');
