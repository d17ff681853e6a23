import * as v from 'valibot';
import { type JsonService, jsonCall } from '../platform/aws/json-call.ts';
import { outOfReach, type RetryPolicy } from '../platform/retry.ts';
import type { Registry } from './builds.ts';

/** Retry policy: one attempt, as a build is retried as a whole. */
const NO_RETRY: RetryPolicy = { totalMs: 5_000, maxAttempts: 1, firstWaitMs: 0 };

export type EcrRepository = Pick<JsonService, 'region' | 'endpoint' | 'credentials'> & {
  /** Repository that images are pushed to; the part before its first slash is the host of the registry. */
  readonly repository: string;
};

const Token = v.object({
  authorizationData: v.tupleWithRest(
    [v.object({ authorizationToken: v.pipe(v.string(), v.minLength(1)) })],
    v.unknown(),
  ),
});

/**
 * Registry of the stage in ECR. Its token is valid for twelve hours and has the permissions of the function's role. Throws
 * `unavailable` when ECR does not respond or throttles; any other rejection is an error of the deployment.
 */
export const ecrRegistry = (registry: EcrRepository): Registry => ({
  async credentials() {
    const auth = await ecrToken(registry);
    return JSON.stringify({ auths: { [registry.repository.split('/', 1).join('')]: { auth } } });
  },
});

async function ecrToken({ region, endpoint, credentials }: EcrRepository): Promise<string> {
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
      retry: { policy: NO_RETRY, unavailable: outOfReach('The registry ECR') },
      refused: ({ code }) => new Error(`ECR refused a token to push with: ${code}`),
    },
  );
  return tokenIn(text);
}

/** Reads the token. Errors quote nothing of the response, which may contain it. */
function tokenIn(text: string): string {
  const found = v.safeParse(v.pipe(v.string(), v.parseJson(), Token), text);
  if (found.success) return found.output.authorizationData[0].authorizationToken;
  throw new Error('ECR answered without a token.');
}
