import { AwsV4Signer } from 'aws4fetch';
import { awsHost } from './host.ts';

/** Validity of the signed URL, in seconds; EKS accepts the token itself for 15 minutes. */
const URL_SECONDS = 60;

/** Credentials of the function's role, as Lambda gives them. */
export type RoleCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/**
 * A bearer token for an EKS cluster: a signed STS GetCallerIdentity request, which the cluster sends to identify the caller,
 * as `aws eks get-token` makes it. It carries the name of the cluster, so that no other cluster can use it.
 */
export async function eksToken(
  cluster: string,
  region: string,
  credentials: RoleCredentials,
  signedAt: Date,
): Promise<string> {
  const query = `Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=${URL_SECONDS}`;
  const signer = new AwsV4Signer({
    ...credentials,
    service: 'sts',
    region,
    url: `https://${awsHost('sts', region)}/?${query}`,
    headers: { 'x-k8s-aws-id': cluster },
    datetime: signedAt.toISOString().replace(/[:-]|\.\d{3}/g, ''),
    signQuery: true,
  });
  const { url } = await signer.sign();
  return `k8s-aws-v1.${Buffer.from(url.href).toString('base64url')}`;
}
