import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';

/** The URL that the token holds is good for this long; EKS takes the token itself for 15 minutes. */
const URL_SECONDS = 60;

/** Credentials of the function's role, as Lambda gives them. */
export type RoleCredentials = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
};

/**
 * A bearer token for an EKS cluster: a signed STS GetCallerIdentity request, which the cluster sends to learn who asks
 * (`aws eks get-token` makes the same).
 */
export async function eksToken(
  cluster: string,
  region: string,
  credentials: RoleCredentials,
  signingDate: Date,
): Promise<string> {
  const hostname = `sts.${region}.amazonaws.com`;
  const signer = new SignatureV4({ service: 'sts', region, sha256: Sha256, credentials: { ...credentials } });
  const signed = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': cluster },
    },
    {
      signingDate,
      expiresIn: URL_SECONDS,
      unhoistableHeaders: new Set(['x-k8s-aws-id']),
      signableHeaders: new Set(['host', 'x-k8s-aws-id']),
    },
  );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(signed.query ?? {})) query.set(key, String(value));
  const url = `https://${hostname}/?${query}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
