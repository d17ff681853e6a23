import * as v from 'valibot';
import { outOfReach, type RetryPolicy } from '../retry.ts';
import { type JsonService, jsonCall } from './json-call.ts';

/** One request, once in ten minutes, before the first call of an invocation. */
const ONCE: RetryPolicy = { totalMs: 3_000, maxAttempts: 1, firstWaitMs: 0 };

export type TokenSecret = Pick<JsonService, 'region' | 'endpoint' | 'credentials'> & {
  /** Name of the secret, whose whole text is the token. */
  readonly name: string;
};

const Found = v.object({ SecretString: v.pipe(v.string(), v.trim(), v.minLength(1)) });

/**
 * Reads a bearer token from Secrets Manager, as it stands now: one that was rotated is found by asking again. Throws
 * `unavailable` when Secrets Manager gives no answer or says "not now"; any other refusal is a fault of the deployment,
 * told by its code and the secret's name.
 */
export async function secretToken({ name, ...place }: TokenSecret): Promise<string> {
  const service = { ...place, service: 'secretsmanager', target: 'secretsmanager' };
  const text = await jsonCall(
    service,
    'GetSecretValue',
    { SecretId: name },
    {
      retry: { policy: ONCE, unavailable: outOfReach('Secrets Manager') },
      refused: ({ code }) => new Error(`Secrets Manager refused the secret "${name}": ${code}`),
    },
  );
  return tokenIn(name, text);
}

/** Nothing of the answer is repeated: it may hold another secret. */
function tokenIn(name: string, text: string): string {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), Found), text);
  if (found.success) return found.output.SecretString;
  throw new Error(`The secret "${name}" holds no text. Put the token there, and nothing else.`);
}
