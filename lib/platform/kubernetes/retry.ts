import { type Retry, RetryableError, type RetryPolicy } from '../retry.ts';

/**
 * Budgets of calls to the API server. A read comes first in every action, so a cluster out of reach is known within five
 * seconds; a write to one that has just answered may wait out a crowd, and so may a read that was throttled.
 */
export type KubernetesRetry = {
  readonly read: RetryPolicy;
  /** A page of a list that its caller has given time for: a slow answer is worth waiting for. */
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

/** Retryable status codes: busy, or a fault of the server or of a proxy before it. */
const RETRYABLE_STATUS = [429, 500, 502, 503, 504];

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

/** The answer itself. Throws {@link RetryableError} for a retryable status code. */
export function throwIfRetryable(answer: Answer): Answer {
  if (!RETRYABLE_STATUS.includes(answer.status)) return answer;
  const seconds = Number(answer.headers['retry-after'] ?? 0);
  throw new RetryableError(`it answered ${answer.status}${sentenceOf(answer.text)}`, {
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0,
    throttled: answer.status === 429,
  });
}

/** The message of a Kubernetes Status, which names no secret; nothing of another body is repeated. */
function sentenceOf(text: string): string {
  const [, message] = /"message":"((?:[^"\\]|\\.){1,300})/.exec(text) ?? [];
  return message === undefined ? '' : `: ${withoutAddresses(message)}`;
}

/** URLs, host names that are looked up, IPv6 and IPv4 addresses, as Go's errors write them. */
const ADDRESS =
  /(?:\\?")?https?:\/\/[^\s"\\]*(?:\\?")?|(?<=\blookup )[^\s:]+|\[[\da-f:.%]+\](?::\d+)?|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?/gi;

/** The API server names the kubelet or webhook that it did not reach: no user can go there. */
const withoutAddresses = (message: string): string => message.replace(ADDRESS, '…');
