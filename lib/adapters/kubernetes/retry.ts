import { setTimeout as wait } from 'node:timers/promises';
import pRetry from 'p-retry';
import { DomainError } from '../../domain/errors.ts';

/** An answer that says "not now": busy (429), or a fault of the server or of what stands before it. */
const NOT_NOW = [429, 500, 502, 503, 504];

/**
 * How long a call may take in all, tries and waits together, and how long one try. A read comes first in every action,
 * so a cluster out of reach is known within five seconds; a write to one that has just answered may wait out a crowd.
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

/** The server answered, but with "not now". */
class NotNow extends Error {
  readonly retryAfterMs: number;

  constructor({ status, headers, text }: Answer) {
    super(`it answered ${status}${sentenceOf(text)}`);
    const seconds = Number(headers['retry-after']);
    this.retryAfterMs = Number.isFinite(seconds) ? seconds * 1000 : 0;
  }
}

/** The message of a Kubernetes Status, which names no secret; nothing of another body is repeated. */
function sentenceOf(text: string): string {
  const [, message] = /"message":"((?:[^"\\]|\\.){1,300})/.exec(text) ?? [];
  return message === undefined ? '' : `: ${message}`;
}

/**
 * Sends until there is an answer, within the budget of a read or a write. Every write of ours can be repeated: creates
 * are named and carry a nonce, replaces a resourceVersion, deletes a uid. Throws `unavailable` when time is up.
 */
export async function persist(
  kind: keyof typeof BUDGET,
  attempt: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const { allMs, tryMs } = BUDGET[kind];
  const deadline = AbortSignal.timeout(allMs);
  let last: Error | undefined;
  try {
    return await pRetry(
      async () => {
        const answer = await attempt(AbortSignal.any([deadline, AbortSignal.timeout(tryMs)]));
        if (NOT_NOW.includes(answer.status)) throw new NotNow(answer);
        return answer;
      },
      {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: FIRST_WAIT_MS,
        maxTimeout: LONGEST_WAIT_MS,
        randomize: true,
        signal: deadline,
        onFailedAttempt: async ({ error }) => {
          last = error;
          if (error instanceof NotNow) await wait(error.retryAfterMs, undefined, { signal: deadline });
        },
      },
    );
  } catch (error) {
    const why = whyUnreachable(last ?? error);
    if (why === undefined) throw error;
    throw new DomainError('unavailable', `The cluster is out of reach (${why}). Try again.`);
  }
}

/** Node's own code, such as ECONNREFUSED; `undefined` for a fault of ours, which must escape. */
function whyUnreachable(cause: unknown): string | undefined {
  if (cause instanceof NotNow) return cause.message;
  if (!(cause instanceof Error)) return undefined;
  if (cause.name === 'TimeoutError' || cause.name === 'AbortError') return 'no answer in time';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
