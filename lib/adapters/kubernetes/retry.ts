import { setTimeout as wait } from 'node:timers/promises';
import pRetry from 'p-retry';
import { DomainError } from '../../domain/errors.ts';
import { networkCode } from '../network-errors.ts';
import { timeLimit } from '../time-limit.ts';

/** An answer that says "not now": busy (429), or a fault of the server or of what stands before it. */
const NOT_NOW = [429, 500, 502, 503, 504];

/**
 * How long a call may take in all, tries and waits together, and how long one try. A read comes first in every action,
 * so a cluster out of reach is known within five seconds; a write to one that has just answered may wait out a crowd,
 * and so may a read that was answered 429: whoever throttles is in reach.
 */
const BUDGET = {
  read: { allMs: 4_000, tryMs: 2_500 },
  write: { allMs: 20_000, tryMs: 15_000 },
} as const;

/** Waits grow from this by the factor two, with jitter, so that callers who failed together don't return together. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

export type Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
};

/** No answer, or one that says "not now". */
class NotNow extends Error {
  readonly retryAfterMs: number;
  readonly throttled: boolean;

  constructor(why: string, { retryAfterMs = 0, throttled = false } = {}) {
    super(why);
    this.retryAfterMs = retryAfterMs;
    this.throttled = throttled;
  }
}

/**
 * Sends until there is an answer, within the budget of a read or a write, or what `end` leaves of it. Every write of
 * ours can be repeated: creates are named and carry a nonce, replaces a resourceVersion, deletes a uid. Throws
 * `unavailable` when time is up. `attempt` hands each answer to {@link settled}.
 */
export async function persist<T>(
  kind: keyof typeof BUDGET,
  end: AbortSignal,
  attempt: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { allMs, tryMs } = BUDGET[kind];
  const budget = budgetOf(allMs);
  const deadline = AbortSignal.any([end, budget.signal]);
  let why = 'no answer in time';
  try {
    return await pRetry(() => once(attempt, AbortSignal.any([deadline, timeLimit(tryMs)])), {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: FIRST_WAIT_MS,
      maxTimeout: LONGEST_WAIT_MS,
      randomize: true,
      signal: deadline,
      shouldRetry: ({ error }) => error instanceof NotNow,
      onFailedAttempt: async ({ error }) => {
        if (!(error instanceof NotNow)) return;
        why = error.message;
        if (error.throttled) budget.extendTo(BUDGET.write.allMs);
        budget.spendNoWaitBeyond(error.retryAfterMs);
        await wait(error.retryAfterMs, undefined, { signal: deadline });
      },
    });
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw new DomainError('unavailable', `The cluster is out of reach (${why}). Try again.`);
  } finally {
    budget.close();
  }
}

/** The time of one call, in ms from now; its signal keeps no process alive. */
function budgetOf(allMs: number) {
  const begun = performance.now();
  const controller = new AbortController();
  let ms = allMs;
  const start = () => setTimeout(() => controller.abort(), begun + ms - performance.now()).unref();
  let timer = start();
  return {
    signal: controller.signal,
    extendTo: (longerMs: number): void => {
      if (longerMs <= ms) return;
      ms = longerMs;
      clearTimeout(timer);
      timer = start();
    },
    /** A wait that ends after the budget would be in vain: the budget is spent. */
    spendNoWaitBeyond: (waitMs: number): void => {
      if (performance.now() + waitMs > begun + ms) controller.abort();
    },
    close: (): void => clearTimeout(timer),
  };
}

async function once<T>(attempt: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await attempt(signal);
  } catch (error) {
    const why = whyUnanswered(error);
    // A fault of ours or of the deployment escapes: trying again would not mend it.
    throw why === undefined ? error : new NotNow(why);
  }
}

/** The answer itself, unless it says "not now": then {@link persist} tries again. */
export function settled(answer: Answer): Answer {
  if (!NOT_NOW.includes(answer.status)) return answer;
  const seconds = Number(answer.headers['retry-after'] ?? 0);
  throw new NotNow(`it answered ${answer.status}${sentenceOf(answer.text)}`, {
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

/** The API server tells where it did not reach a kubelet or a webhook: no user of ours can go there. */
const withoutAddresses = (message: string): string => message.replace(ADDRESS, '…');

/**
 * Node's own code, such as ECONNREFUSED, whose words say no more; `undefined` for what is no want of an answer, such as
 * a token file that is missing or a certificate that is not trusted.
 */
function whyUnanswered(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('name' in error && (error.name === 'TimeoutError' || error.name === 'AbortError'))
    return 'no answer in time';
  return networkCode(error);
}
