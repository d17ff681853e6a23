import { setTimeout as wait } from 'node:timers/promises';
import pRetry from 'p-retry';
import { DomainError, OutOfTime } from './errors.ts';

/** Limits of a call with its retries, in ms. */
export type RetryPolicy = {
  /** All attempts and the waits between them. */
  readonly totalMs: number;
  /** The same once the server has throttled and so is reachable. Default: `totalMs`. */
  readonly throttledMs?: number;
  /** One attempt. Default: what is left of the total. */
  readonly attemptMs?: number;
  /** Default: as many as the total allows. */
  readonly maxAttempts?: number;
  /** Waits double from the first to the longest, with jitter, so that callers that failed together do not retry together. */
  readonly firstWaitMs: number;
  readonly maxWaitMs?: number;
};

/** Policy of one attempt, for calls whose caller is retried as a whole. */
export const once = (totalMs: number): RetryPolicy => ({ totalMs, maxAttempts: 1, firstWaitMs: 0 });

/** Monotonic time in ms, and a wait that rejects when the signal aborts. */
export type RetryClock = {
  readonly now: () => number;
  /** The part of that time for which this process computed, and could take no answer. Absent: not known, taken for none. */
  readonly busyMs?: () => number;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<unknown>;
};

const SYSTEM_CLOCK: RetryClock = {
  now: () => performance.now(),
  busyMs: () => performance.eventLoopUtilization().active,
  wait: (ms, signal) => wait(ms, undefined, { signal }),
};

export type Retry = {
  readonly policy: RetryPolicy;
  /**
   * Error for the caller when no attempt succeeded; `reason` says why the last one did not. `isBusy`: it may have been for
   * this process alone, which computed for most of the time.
   */
  readonly unavailable: (reason: string, isBusy: boolean) => Error;
  /** End of the invocation: no attempt outlives it. */
  readonly end?: AbortSignal | undefined;
  readonly clock?: RetryClock | undefined;
};

/** The error for a service that can't be reached, or that this process had no time for. */
export const outOfReach = (service: string) => (reason: string, isBusy: boolean) =>
  isBusy
    ? new OutOfTime(service)
    : new DomainError('unavailable', `${service} is out of reach (${reason}). Try again.`);

/** Failure of one attempt that is worth a retry; the message is the reason, without secrets. */
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

/** Reasons that a process which is busy gives of itself: an answer that came is not read before the timer. */
const TIMED_OUT = [NO_ANSWER, 'ETIMEDOUT'];

/**
 * Retries an attempt while it throws a {@link RetryableError} or gets no response from the network; every other error is
 * thrown at once. An attempt must end when its signal aborts. Throws the error of `unavailable` when the attempts or the
 * time are used up; a wait that would outlast the time does not start.
 */
export async function withRetry<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { policy, unavailable, end, clock = SYSTEM_CLOCK }: Retry,
): Promise<T> {
  const budget = startBudget(policy.totalMs, clock);
  const busyBefore = clock.busyMs?.() ?? 0;
  const deadline = end === undefined ? budget.signal : AbortSignal.any([end, budget.signal]);
  let reason = NO_ANSWER;
  try {
    return await pRetry(() => attemptOnce(attempt, deadline, policy), {
      retries: (policy.maxAttempts ?? Number.POSITIVE_INFINITY) - 1,
      // onFailedAttempt waits, by the injected clock.
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
    const busyMs = (clock.busyMs?.() ?? 0) - busyBefore;
    throw unavailable(reason, TIMED_OUT.includes(reason) && busyMs >= policy.totalMs / 2);
  } finally {
    budget.close();
  }
}

const backoffMs = (
  { firstWaitMs, maxWaitMs = Number.POSITIVE_INFINITY }: RetryPolicy,
  attempts: number,
): number => Math.min(firstWaitMs * 2 ** (attempts - 1) * (1 + Math.random()), maxWaitMs);

/** Time budget of one call; its timer does not keep the process alive. */
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

/** Node's error codes for a missing response. */
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
 * Reason of a missing response: Node's own code, such as ECONNREFUSED, or a timeout. `undefined` for all other errors, such
 * as a missing token file or a certificate that is not trusted. The error of `fetch` only says "fetch failed": its cause has
 * the code.
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
