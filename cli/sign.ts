import { AwsV4Signer } from 'aws4fetch';
import { messageOf, Refusal, UsageError } from './errors.ts';

/** Hosts of API Gateway name their region: `abc.execute-api.eu-central-1.amazonaws.com`. */
const GATEWAY = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/;

/** The region of an API Gateway's own host; `undefined` for any other host. */
export const gatewayRegion = (url: string): string | undefined => GATEWAY.exec(new URL(url).hostname)?.[1];

type Credentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
};

let found: Promise<Credentials> | undefined;

/**
 * The headers of a request signed with SigV4, by the credentials of the standard chain: environment, profile, SSO,
 * web identity, container, instance. They are looked for once a command. Throws a refusal when there are none.
 */
export async function signedHeaders(
  url: string,
  {
    method,
    headers,
    body,
    region,
  }: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body: string | undefined;
    readonly region: string | undefined;
  },
): Promise<Headers> {
  const signFor = gatewayRegion(url) ?? region;
  if (signFor === undefined) {
    throw new UsageError('--sign needs a region, which this host does not name: set AWS_REGION.');
  }
  found ??= credentials();
  const { accessKeyId, secretAccessKey, sessionToken } = await found;
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

async function credentials(): Promise<Credentials> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  try {
    return await defaultProvider()();
  } catch (error) {
    throw new Refusal(
      `No AWS credentials to sign with (${messageOf(error)}): log in with "aws sso login", or set AWS_PROFILE.`,
    );
  }
}
