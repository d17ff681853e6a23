import * as v from 'valibot';
import { assumeRole } from '../platform/aws/assume-role.ts';
import { awsHost } from '../platform/aws/host.ts';
import { type JsonService, jsonCall } from '../platform/aws/json-call.ts';
import { once, outOfReach } from '../platform/retry.ts';
import type { Registry } from './builds.ts';

export type EcrRepository = Pick<JsonService, 'region' | 'endpoint' | 'credentials'> & {
  /** Prefix of the repositories, one a space; the part before its first slash is the host of the registry. */
  readonly repository: string;
  /** ARN of the role whose session pushes. */
  readonly role: string;
  /** URL in place of AWS's own for STS. */
  readonly stsEndpoint?: string | undefined;
};

/** `ACCOUNT.dkr.ecr.REGION.amazonaws.com/PREFIX`. */
const ECR = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.[a-z.]+\/(.+)$/;

const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const PUSH = [
  ...PULL,
  'ecr:InitiateLayerUpload',
  'ecr:UploadLayerPart',
  'ecr:CompleteLayerUpload',
  'ecr:PutImage',
  // ECR asks for it where it creates repositories at their first push.
  'ecr:CreateRepository',
];

/**
 * Session policy of a build: it pushes to the repository of its space, and pulls from the prefix itself, where the run
 * image may be. Throws where the prefix is not of ECR.
 */
export function sessionPolicy(
  { repository, role }: Pick<EcrRepository, 'repository' | 'role'>,
  space: string,
) {
  const [, account, region, prefix] = ECR.exec(repository) ?? [];
  if (prefix === undefined)
    throw new Error(
      `imageRepository "${repository}" is not of ECR: give ACCOUNT.dkr.ecr.REGION.amazonaws.com/PREFIX.`,
    );
  const [, partition] = role.split(':');
  const arnOf = (name: string) => `arn:${partition}:ecr:${region}:${account}:repository/${name}`;
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' },
      { Effect: 'Allow', Action: PULL, Resource: arnOf(prefix) },
      { Effect: 'Allow', Action: PUSH, Resource: arnOf(`${prefix}/${space}`) },
    ],
  };
}

const Token = v.object({
  authorizationData: v.tupleWithRest(
    [v.object({ authorizationToken: v.pipe(v.string(), v.minLength(1)) })],
    v.unknown(),
  ),
});

/**
 * Registry of the stage in ECR. A token has the permissions of the session that asked for it: one of the registry's role,
 * limited to the repository of one space. Throws `unavailable` when STS or ECR does not respond or throttles; any other
 * rejection is an error of the deployment.
 */
export const ecrRegistry = (registry: EcrRepository): Registry => ({
  async credentials(space) {
    const { role, region, stsEndpoint, credentials } = registry;
    const session = await assumeRole({
      ...{ role, region, credentials, endpoint: stsEndpoint },
      name: `build-${space.slice(0, 58)}`,
      policy: JSON.stringify(sessionPolicy(registry, space)),
    });
    const auth = await ecrToken({ ...registry, credentials: session });
    return JSON.stringify({ auths: { [registry.repository.split('/', 1).join('')]: { auth } } });
  },
});

async function ecrToken({ region, endpoint, credentials }: EcrRepository): Promise<string> {
  const service = {
    region,
    credentials,
    service: 'ecr',
    target: 'AmazonEC2ContainerRegistry_V20150921',
    endpoint: endpoint ?? `https://${awsHost('api.ecr', region)}/`,
  };
  const text = await jsonCall(
    service,
    'GetAuthorizationToken',
    {},
    {
      retry: { policy: once(5_000), unavailable: outOfReach('The registry ECR') },
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
