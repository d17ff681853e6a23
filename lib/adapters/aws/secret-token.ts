import { AwsV4Signer } from 'aws4fetch';
import * as v from 'valibot';
import { DomainError } from '../../domain/errors.ts';
import type { RoleCredentials } from './eks-token.ts';

/** How long the answer may take, in ms. It is asked for once in ten minutes, before the first call of an invocation. */
const REQUEST_MS = 3_000;

export type TokenSecret = {
  /** Name of the secret, whose whole text is the token. */
  readonly name: string;
  readonly region: string;
  /** Another place than AWS: the local cloud. */
  readonly endpoint?: string | undefined;
  readonly credentials: RoleCredentials;
};

const Found = v.object({ SecretString: v.pipe(v.string(), v.trim(), v.minLength(1)) });
const Refusal = v.object({ __type: v.string() });

/**
 * Reads a bearer token from Secrets Manager, as it stands now: one that was rotated is found by asking again. Throws
 * `unavailable` when Secrets Manager gives no answer or says "not now"; any other refusal is a fault of the deployment,
 * told by its code and the secret's name.
 */
export async function secretToken(secret: TokenSecret): Promise<string> {
  const { status, text } = await ask(secret).catch(() => {
    throw new DomainError('unavailable', 'Secrets Manager is out of reach (no answer in time). Try again.');
  });
  if (status === 200) return tokenIn(secret.name, text);
  const code = codeIn(text);
  if (status >= 500 || code.startsWith('Throttling'))
    throw new DomainError('unavailable', `Secrets Manager is out of reach (${code}). Try again.`);
  throw new Error(`Secrets Manager refused the secret "${secret.name}": ${code}`);
}

async function ask({ name, region, endpoint, credentials }: TokenSecret) {
  const signer = new AwsV4Signer({
    ...credentials,
    service: 'secretsmanager',
    region,
    method: 'POST',
    url: endpoint ?? `https://secretsmanager.${region}.amazonaws.com/`,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'secretsmanager.GetSecretValue',
    },
    body: JSON.stringify({ SecretId: name }),
  });
  const { url, ...request } = await signer.sign();
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(REQUEST_MS) });
  return { status: response.status, text: await response.text() };
}

/** Nothing of the answer is repeated: it may hold another secret. */
function tokenIn(name: string, text: string): string {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), Found), text);
  if (found.success) return found.output.SecretString;
  throw new Error(`The secret "${name}" holds no text. Put the token there, and nothing else.`);
}

function codeIn(text: string): string {
  const refusal = v.safeParse(v.pipe(v.string(), v.parseJson(), Refusal), text);
  return refusal.success ? (refusal.output.__type.split('#').at(-1) ?? '') : 'an answer that is no JSON';
}
