import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { AwsV4Signer } from 'aws4fetch';
import { SECRET_KEY } from '../account.ts';
import { S3Error } from './errors.ts';

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Longest lifetime of a presigned URL in seconds: a week. */
const MAX_EXPIRES_SECONDS = 604_800;

/** Allowed clock skew of a request in ms. */
const SKEW_MS = 15 * 60_000;

export type SignedRequest = {
  readonly method: string;
  /** URL with the host that the request was sent to. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
};

type Signature = {
  readonly accessKey: string;
  readonly scope: readonly string[];
  readonly datetime: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly isQuery: boolean;
};

/**
 * Verifies a request's signature. Returns its access key. Throws S3's error for a missing, wrong or expired signature.
 */
export async function signerOf(request: SignedRequest, now: Date): Promise<string> {
  const signature = signatureOf(request);
  if (signature.isQuery) checkTimes(request.url.searchParams, now);
  const missing = requestHeaders(request.headers).find(
    (name) => name.startsWith('x-amz-') && !signature.signedHeaders.includes(name),
  );
  if (missing !== undefined) {
    throw new S3Error(
      403,
      'AccessDenied',
      'There were headers present in the request which were not signed',
      { HeadersNotSigned: missing },
    );
  }
  const right = Buffer.from(await signAgain(request, signature));
  const sent = Buffer.from(signature.signature);
  if (right.length === sent.length && timingSafeEqual(right, sent)) return signature.accessKey;
  throw new S3Error(
    403,
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    { AWSAccessKeyId: signature.accessKey, SignatureProvided: signature.signature },
  );
}

const requestHeaders = (headers: IncomingHttpHeaders): readonly string[] => Object.keys(headers);

function signatureOf({ url, headers }: SignedRequest): Signature {
  const query = url.searchParams;
  const isQuery = query.has('X-Amz-Signature');
  const words = new Map(
    (headers.authorization ?? '')
      .replace(ALGORITHM, '')
      .split(',')
      .map((part): [string, string] => {
        const [name = '', value = ''] = part.trim().split('=');
        return [name, value];
      }),
  );
  const read = (name: string) => (isQuery ? query.get(`X-Amz-${name}`) : words.get(name)) ?? '';
  const [accessKey = '', ...scope] = read('Credential').split('/');
  const datetime = isQuery ? read('Date') : String(headers['x-amz-date'] ?? '');
  const signature = read('Signature');
  if (accessKey === '' || signature === '' || !/^\d{8}T\d{6}Z$/.test(datetime) || scope.length !== 4) {
    throw new S3Error(403, 'AccessDenied', 'Access Denied');
  }
  const signedHeaders = read('SignedHeaders').split(';');
  return { accessKey, scope, datetime, signedHeaders, signature, isQuery };
}

function checkTimes(query: URLSearchParams, now: Date): void {
  const life = Number(query.get('X-Amz-Expires'));
  if (!(life >= 1 && life <= MAX_EXPIRES_SECONDS)) {
    throw new S3Error(
      400,
      'AuthorizationQueryParametersError',
      `X-Amz-Expires must be a number of seconds between 1 and ${MAX_EXPIRES_SECONDS}`,
    );
  }
  const signedAt = timeOf(query.get('X-Amz-Date') ?? '');
  if (signedAt - SKEW_MS > now.getTime()) {
    throw new S3Error(403, 'AccessDenied', 'Request is not valid yet');
  }
  const expires = new Date(signedAt + life * 1000);
  if (now < expires) return;
  const [Expires, ServerTime] = [expires, now].map((at) => `${at.toISOString().slice(0, 19)}Z`);
  throw new S3Error(403, 'AccessDenied', 'Request has expired', {
    'X-Amz-Expires': String(life),
    Expires: String(Expires),
    ServerTime: String(ServerTime),
  });
}

const timeOf = (datetime: string): number =>
  Date.parse(datetime.replace(/^(....)(..)(..T..)(..)(..)Z$/, '$1-$2-$3:$4:$5Z'));

/** Signs the same request with the account's key. */
async function signAgain({ method, url, headers }: SignedRequest, signature: Signature): Promise<string> {
  const { accessKey, scope, datetime, signedHeaders, isQuery } = signature;
  const unsigned = new URL(url);
  unsigned.searchParams.delete('X-Amz-Signature');
  const known = signedHeaders
    .filter((name) => name !== 'host' && headers[name] !== undefined)
    .map((name): [string, string] => [name, String(headers[name])]);
  const signer = new AwsV4Signer({
    method,
    url: unsigned.toString(),
    headers: Object.fromEntries(known),
    accessKeyId: accessKey,
    secretAccessKey: SECRET_KEY,
    service: 's3',
    region: scope[1] ?? '',
    datetime,
    signQuery: isQuery,
    allHeaders: true,
  });
  const signed = await signer.sign();
  if (isQuery) return signed.url.searchParams.get('X-Amz-Signature') ?? '';
  return /Signature=([0-9a-f]+)/.exec(signed.headers.get('authorization') ?? '')?.[1] ?? '';
}
