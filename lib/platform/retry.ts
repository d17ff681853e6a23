import { setTimeout as wait } from 'node:timers/promises';
import pRetry from 'p-retry';
import { DomainError } from './errors.ts';

/** Limits of a call that is repeated, in ms. */
export type RetryPolicy = {
  /** All attempts and the waits between them. */
  readonly totalMs: number;
  /** The same once the server has throttled, which shows that it can be reached. Default: `totalMs`. */
  readonly throttledMs?: number;
  /** One attempt. Default: what is left of the total. */
  readonly attemptMs?: number;
  /** Default: as many as the total allows. */
  readonly maxAttempts?: number;
  /** Waits double from the first to the longest, with jitter, so that callers who failed together do not return together. */
  readonly firstWaitMs: number;
  readonly maxWaitMs?: number;
};

/** Monotonic time in ms, and a wait that rejects when the signal aborts. */
export type RetryClock = {
  readonly now: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

const SYSTEM_CLOCK: RetryClock = {
  now: () => performance.now(),
  wait: (ms, signal) => wait(ms, undefined, { signal }),
};

export type Retry = {
  readonly policy: RetryPolicy;
  /** Error for the caller when no attempt succeeded; `reason` says why the last one did not. */
  readonly unavailable: (reason: string) => Error;
  /** End of the invocation: no attempt outlives it. */
  readonly end?: AbortSignal | undefined;
  readonly clock?: RetryClock | undefined;
};

/** The error for a service that can't be reached. */
export const outOfReach = (service: string) => (reason: string) =>
  new DomainError('unavailable', `${service} is out of reach (${reason}). Try again.`);

/** Failure of one attempt that another attempt may fix; the message is the reason, without secrets. */
export class RetryableError extends Error {
  readonly retryAfterMs: number;
  readonly throttled: boolean;

  constructor(reason: string, { retryAfterMs = 0, throttled = false } = {}) {
    super(reason);
    this.retryAfterMs = retryAfterMs;
    this.throttled = throttled;
  }
}

const NO_ANSWER = 'no answer in time';

/**
 * Repeats an attempt while it throws a {@link RetryableError} or gets no answer of the network. Every other error escapes
 * at once: another attempt would not fix it. An attempt must end when its signal aborts. Throws what `unavailable`
 * makes when the attempts or the time are used up; a wait that would outlast the time does not start.
 */
export async function withRetry<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { policy, unavailable, end, clock = SYSTEM_CLOCK }: Retry,
): Promise<T> {
  const budget = startBudget(policy.totalMs, clock);
  const deadline = end === undefined ? budget.signal : AbortSignal.any([end, budget.signal]);
  let reason = NO_ANSWER;
  try {
    return await pRetry(() => attemptOnce(attempt, deadline, policy), {
      retries: (policy.maxAttempts ?? Number.POSITIVE_INFINITY) - 1,
      // The waits are below, where the clock can be another one.
      minTimeout: 0,
      signal: deadline,
      shouldRetry: ({ error }) => error instanceof RetryableError,
      onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
        if (!(error instanceof RetryableError) || deadline.aborted) return;
        reason = error.message;
        if (error.throttled) budget.extendTo(policy.throttledMs ?? 0);
        if (retriesLeft > 0)
          await budget.wait(error.retryAfterMs + backoffMs(policy, attemptNumber), deadline);
      },
    });
  } catch (error) {
    if (!deadline.aborted && !(error instanceof RetryableError)) throw error;
    throw unavailable(reason);
  } finally {
    budget.close();
  }
}

const backoffMs = (
  { firstWaitMs, maxWaitMs = Number.POSITIVE_INFINITY }: RetryPolicy,
  attempts: number,
): number => Math.min(firstWaitMs * 2 ** (attempts - 1) * (1 + Math.random()), maxWaitMs);

/** The time of one call; its timer keeps no process alive. */
function startBudget(totalMs: number, clock: RetryClock) {
  const begun = clock.now();
  const controller = new AbortController();
  let ms = totalMs;
  const start = () => setTimeout(() => controller.abort(), begun + ms - clock.now()).unref();
  let timer = start();
  return {
    signal: controller.signal,
    extendTo: (longerMs: number): void => {
      if (longerMs <= ms) return;
      ms = longerMs;
      clearTimeout(timer);
      timer = start();
    },
    wait: async (waitMs: number, deadline: AbortSignal): Promise<void> => {
      if (clock.now() + waitMs > begun + ms) return controller.abort();
      await clock.wait(waitMs, deadline);
    },
    close: (): void => clearTimeout(timer),
  };
}

async function attemptOnce<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  deadline: AbortSignal,
  { attemptMs }: RetryPolicy,
): Promise<T> {
  try {
    const limits = attemptMs === undefined ? [] : [timeLimit(attemptMs)];
    return await attempt(AbortSignal.any([deadline, ...limits]));
  } catch (error) {
    const reason = retryReason(error);
    throw reason === undefined ? error : new RetryableError(reason);
  }
}

/** Node's codes for an answer that the network owes. */
const NETWORK = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
];

/**
 * The reason for an answer that is owed by the network: Node's own code, such as ECONNREFUSED, or a time that was up.
 * `undefined` for all other errors, such as a token file that is missing or a certificate that is not trusted. `fetch`
 * says no more than "fetch failed": what failed is its cause.
 */
function retryReason(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || error instanceof RetryableError) return undefined;
  if ('name' in error && (error.name === 'TimeoutError' || error.name === 'AbortError')) return NO_ANSWER;
  const code = 'code' in error ? error.code : undefined;
  return NETWORK.find((known) => known === code) ?? ('cause' in error ? retryReason(error.cause) : undefined);
}

/**
 * Signal that aborts after `ms`. AbortSignal.timeout is garbage-collected with its timer when only an AbortSignal.any
 * listens to it (seen on Node 20). The timer does not keep the process alive.
 */
export function timeLimit(ms: number): AbortSignal {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), ms).unref();
  return controller.signal;
}
