import { AwsV4Signer } from 'aws4fetch';
import { CliError, messageOf, UsageError } from './errors.ts';
import { proxyOf } from './proxy.ts';
import type { Settings } from './settings.ts';

/** Host of API Gateway, which names its region: `abc.execute-api.eu-central-1.amazonaws.com`. */
const GATEWAY = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.(?:com|com\.cn|eu)$/;

/** Region in a host of API Gateway; `undefined` for any other host. */
export const gatewayRegion = (url: string): string | undefined => GATEWAY.exec(new URL(url).hostname)?.[1];

type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
};

let resolved: Promise<Credentials> | undefined;

/**
 * Signs a request with SigV4 and the credentials of the standard chain: environment, profile, SSO, web identity,
 * container, instance. Credentials are resolved once a command. Throws a `CliError` where there are none.
 */
export async function signedHeaders(
  url: string,
  {
    method,
    headers,
    body,
    region,
    env,
  }: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: string | undefined;
    readonly region: string | undefined;
    readonly env: Settings['env'];
  },
): Promise<Headers> {
  const signFor = gatewayRegion(url) ?? region;
  if (signFor === undefined) {
    throw new UsageError('--sign needs a region, and the host does not name one: set AWS_REGION.');
  }
  resolved ??= resolveCredentials(env, signFor);
  const { accessKeyId, secretAccessKey, sessionToken } = await resolved;
  const signer = new AwsV4Signer({
    url,
    method,
    headers,
    accessKeyId,
    secretAccessKey,
    service: 'execute-api',
    region: signFor,
    ...(body === undefined ? {} : { body }),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
  return (await signer.sign()).headers;
}

async function resolveCredentials(env: Settings['env'], region: string): Promise<Credentials> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  try {
    return await defaultProvider(await proxyOptions(env, region))();
  } catch (error) {
    throw new CliError(
      `No AWS credentials found (${messageOf(error)}): log in with "aws sso login", or set AWS_PROFILE.`,
    );
  }
}

/** Options for the requests to STS and IAM Identity Center, which have the same proxy. */
async function proxyOptions(env: Settings['env'], region: string) {
  const target = `https://sts.${region}.amazonaws.com`;
  const proxy = proxyOf(env, target);
  if (proxy === undefined) return {};
  const { agentOf } = await import('./proxied.ts');
  return { clientConfig: { requestHandler: { httpsAgent: agentOf(proxy, target) } } };
}
