import pRetry from 'p-retry';
import type { StackAnswers } from '../../telling.ts';

const TRY_MS = 3_000;
const RETRIES = 3;

/**
 * Puts an answer where CloudFormation told to. Tried four times within some fifteen seconds; then it throws, so that
 * Lambda calls once more. The address is a secret: no error repeats it.
 */
export const stackAnswers: StackAnswers = {
  send: (url, answer) =>
    pRetry(() => put(url, JSON.stringify(answer)), { retries: RETRIES, minTimeout: 100, randomize: true }),
};

async function put(url: string, body: string): Promise<void> {
  // The signature is one over an empty content type.
  const headers = { 'content-type': '' };
  const response = await fetch(url, {
    method: 'PUT',
    headers,
    body,
    signal: AbortSignal.timeout(TRY_MS),
  }).catch(() => {
    throw new Error('CloudFormation was not reached with the answer.');
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`CloudFormation took no answer: ${response.status}.`);
}
