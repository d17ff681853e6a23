import * as v from 'valibot';
import { once, outOfReach } from '../retry.ts';
import { type JsonService, jsonCall } from './json-call.ts';

/** Time for the request, in ms: it comes once in ten minutes, before the first call of an invocation. */
const TIMEOUT_MS = 3_000;

export type TokenSecret = Pick<JsonService, 'region' | 'endpoint' | 'credentials'> & {
  /** Name of the secret, whose whole text is the token. */
  readonly name: string;
};

const Found = v.object({ SecretString: v.pipe(v.string(), v.trim(), v.minLength(1)) });

/**
 * Reads the current bearer token from Secrets Manager; a later call finds a rotated one. Throws `unavailable` when Secrets
 * Manager does not respond or throttles; any other rejection is an error of the deployment, and names its code and the
 * secret.
 */
export async function secretToken({ name, ...place }: TokenSecret): Promise<string> {
  const service = { ...place, service: 'secretsmanager', target: 'secretsmanager' };
  const text = await jsonCall(
    service,
    'GetSecretValue',
    { SecretId: name },
    {
      retry: { policy: once(TIMEOUT_MS), unavailable: outOfReach('Secrets Manager') },
      refused: ({ code }) => new Error(`Secrets Manager refused the secret "${name}": ${code}`),
    },
  );
  return tokenIn(name, text);
}

/** Quotes nothing of the response, which may contain another secret. */
function tokenIn(name: string, text: string): string {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), Found), text);
  if (found.success) return found.output.SecretString;
  throw new Error(`The secret "${name}" holds no text. Put the token there, and nothing else.`);
}
