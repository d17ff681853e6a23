import * as v from 'valibot';
import { type JsonService, jsonCall } from '../platform/aws/json-call.ts';
import { outOfReach, type RetryPolicy } from '../platform/retry.ts';
import type { Registry } from './builds.ts';

/** One request a build. */
const ONCE: RetryPolicy = { totalMs: 5_000, maxAttempts: 1, firstWaitMs: 0 };

export type EcrPlace = Pick<JsonService, 'region' | 'endpoint' | 'credentials'> & {
  /** What images are pushed to; what stands before its first slash is the registry's host. */
  readonly repository: string;
};

const Token = v.object({
  authorizationData: v.tupleWithRest(
    [v.object({ authorizationToken: v.pipe(v.string(), v.minLength(1)) })],
    v.unknown(),
  ),
});

/**
 * The stage's registry in ECR. Its token is good for twelve hours, and has the rights of the function's role. Throws
 * `unavailable` when ECR gives no answer or says "not now"; any other refusal is a fault of the deployment.
 */
export const ecrRegistry = (place: EcrPlace): Registry => ({
  async credentials() {
    const auth = await ecrToken(place);
    return JSON.stringify({ auths: { [place.repository.split('/', 1).join('')]: { auth } } });
  },
});

async function ecrToken({ region, endpoint, credentials }: EcrPlace): Promise<string> {
  const service = {
    region,
    credentials,
    service: 'ecr',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    endpoint: endpoint ?? `https://api.ecr.${region}.amazonaws.com/`,
  };
  const text = await jsonCall(
    service,
    'GetAuthorizationToken',
    {},
    {
      retry: { policy: ONCE, unavailable: outOfReach('The registry ECR') },
      refused: ({ code }) => new Error(`ECR refused a token to push with: ${code}`),
    },
  );
  return tokenIn(text);
}

/** Nothing of the answer is repeated: it may hold the token. */
function tokenIn(text: string): string {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), Token), text);
  if (found.success) return found.output.authorizationData[0].authorizationToken;
  throw new Error('ECR answered without a token.');
}
