import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsV4Signer } from 'aws4fetch';
import { type Credentials, isSameSecret } from '../credentials.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

export type SignedRequest = {
  readonly method: string;
  /** URL with the host that the request was sent to. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  /** Absent: it is not covered by the signature, or by a header alone. */
  readonly body?: string;
};

/** Signature of a request, by its header or by a presigned URL. */
export type Signature = {
  readonly accessKey: string;
  readonly scope: readonly string[];
  readonly datetime: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly isPresigned: boolean;
};

/** Reads the signature of a request; `undefined` if it is not signed or the signature is incomplete. */
export function readSignature({ url, headers }: SignedRequest): Signature | undefined {
  const query = url.searchParams;
  const isPresigned = query.has('X-Amz-Signature');
  const words = new Map(
    (headers.authorization ?? '')
      .replace(ALGORITHM, '')
      .split(',')
      .map((part): [string, string] => {
        const [name = '', value = ''] = part.trim().split('=');
        return [name, value];
      }),
  );
  const read = (name: string) => (isPresigned ? query.get(`X-Amz-${name}`) : words.get(name)) ?? '';
  const [accessKey = '', ...scope] = read('Credential').split('/');
  const datetime = isPresigned ? read('Date') : String(headers['x-amz-date'] ?? '');
  const signature = read('Signature');
  if (accessKey === '' || signature === '' || !/^\d{8}T\d{6}Z$/.test(datetime) || scope.length !== 4)
    return undefined;
  return {
    accessKey,
    scope,
    datetime,
    signedHeaders: read('SignedHeaders').split(';'),
    signature,
    isPresigned,
  };
}

/** Result of a check. `unsigned`: name of a header that the signature had to cover. */
type Checked = 'valid' | 'mismatch' | { readonly unsigned: string };

/** Verifies a signature (SigV4) for a service with the secret of its access key. The age is left to the caller. */
export async function checkSignature(
  request: SignedRequest,
  signature: Signature,
  { credentials, service }: { readonly credentials: Credentials; readonly service: string },
): Promise<Checked> {
  const unsigned = Object.keys(request.headers).find(
    (name) => name.startsWith('x-amz-') && !signature.signedHeaders.includes(name),
  );
  if (unsigned !== undefined) return { unsigned };
  const hash = request.headers['x-amz-content-sha256'];
  if (request.body !== undefined && hash !== undefined && hash !== hashOf(request.body)) return 'mismatch';
  const key = credentials.keyOf(signature.accessKey);
  const expected = await signAgain(request, signature, { ...key, service });
  return isSameSecret(signature.signature, expected) ? 'valid' : 'mismatch';
}

const hashOf = (body: string): string => createHash('sha256').update(body).digest('hex');

/** Signs the same request with a key. */
async function signAgain(
  { method, url, headers, body }: SignedRequest,
  { scope, datetime, signedHeaders, isPresigned }: Signature,
  signer: ReturnType<Credentials['keyOf']> & { readonly service: string },
): Promise<string> {
  const unsigned = new URL(url);
  unsigned.searchParams.delete('X-Amz-Signature');
  const known = signedHeaders
    .filter((name) => name !== 'host' && headers[name] !== undefined)
    .map((name): [string, string] => [name, String(headers[name])]);
  const signed = await new AwsV4Signer({
    ...signer,
    ...(body === undefined ? {} : { body }),
    method,
    url: unsigned.toString(),
    headers: Object.fromEntries(known),
    region: scope[1] ?? '',
    datetime,
    signQuery: isPresigned,
    allHeaders: true,
  }).sign();
  if (isPresigned) return signed.url.searchParams.get('X-Amz-Signature') ?? '';
  return /Signature=([0-9a-f]+)/.exec(signed.headers.get('authorization') ?? '')?.[1] ?? '';
}
