import { describe, expect, it } from '@jest/globals';
import { OutOfTime } from '../../lib/platform/errors.ts';
import { outOfReach, RetryableError, type RetryPolicy, withRetry } from '../../lib/platform/retry.ts';
import { virtualClock } from '../support/fake-clock.ts';

const POLICY: RetryPolicy = { totalMs: 5_000, maxAttempts: 3, firstWaitMs: 10 };

/** Error of a call whose attempts fail with `reason`, while this process computes for so many ms of each. */
async function failureOf(reason: string, busyMs: number): Promise<unknown> {
  let busy = 0;
  const attempt = async () => {
    busy += busyMs;
    throw new RetryableError(reason);
  };
  const clock = { ...virtualClock(), busyMs: () => busy };
  const call = withRetry(attempt, { policy: POLICY, unavailable: outOfReach('EventBridge'), clock });
  return call.catch((error: unknown) => error);
}

describe('a call that had no answer in time', () => {
  it.each([
    ['no answer in time', 100, false],
    ['no answer in time', 900, true],
    ['ETIMEDOUT', 900, true],
    // A refusal is an answer, however busy this process was.
    ['ECONNREFUSED', 900, false],
    ['ThrottlingException', 900, false],
  ])(
    'is out of reach or out of time: %s with %i ms of computing an attempt',
    async (reason, busyMs, isBusy) => {
      const error = await failureOf(reason, busyMs);
      expect(error instanceof OutOfTime).toBe(isBusy);
      expect(error).toMatchObject({ kind: 'unavailable' });
      const words = isBusy
        ? 'could not be asked in time: this function was busy'
        : `is out of reach (${reason})`;
      expect(error).toMatchObject({ message: `EventBridge ${words}. Try again.` });
    },
  );

  it('is out of time when the loop of this process was blocked', async () => {
    const policy = { ...POLICY, totalMs: 60, maxAttempts: 1 };
    const attempt = (signal: AbortSignal) => {
      const end = performance.now() + 80;
      while (performance.now() < end);
      return new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    };
    const call = withRetry(attempt, { policy, unavailable: outOfReach('EventBridge') });
    await expect(call).rejects.toBeInstanceOf(OutOfTime);
  });
});
