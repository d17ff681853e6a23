import type { CloudFormationResponses } from '../observability.ts';
import { type Retry, RetryableError, type RetryPolicy, withRetry } from '../retry.ts';

const POLICY: RetryPolicy = { totalMs: 15_000, attemptMs: 3_000, maxAttempts: 4, firstWaitMs: 100 };

/**
 * Sends the response to the URL that CloudFormation gave. Throws after four attempts, within 15 seconds; Lambda then
 * retries once. The URL is a secret: no error repeats it.
 */
export const cloudFormationResponses = (clock?: Retry['clock']): CloudFormationResponses => ({
  send: (url, answer) =>
    withRetry((signal) => put(url, JSON.stringify(answer), signal), {
      policy: POLICY,
      unavailable: (reason) => new Error(reason),
      clock,
    }),
});

async function put(url: string, body: string, signal: AbortSignal): Promise<void> {
  // The URL is signed for an empty content type.
  const headers = { 'content-type': '' };
  const response = await fetch(url, { method: 'PUT', headers, body, signal }).catch(() => {
    throw new RetryableError('CloudFormation was not reached with the answer.');
  });
  await response.body?.cancel();
  if (!response.ok) throw new RetryableError(`CloudFormation took no answer: ${response.status}.`);
}
