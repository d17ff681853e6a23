import type { Credentials } from '../credentials.ts';
import { checkSignature, readSignature, type SignedRequest } from '../iam/signature.ts';
import { S3Error } from './errors.ts';

/** Longest lifetime of a presigned URL in seconds: a week. */
const MAX_EXPIRES_SECONDS = 604_800;

/** Allowed clock skew of a request in ms. */
const SKEW_MS = 15 * 60_000;

/**
 * Verifies a request's signature. Returns its access key. Throws S3's error for a missing, wrong or expired signature.
 */
export async function signerOf(
  request: SignedRequest,
  { credentials, now }: { readonly credentials: Credentials; readonly now: Date },
): Promise<string> {
  const signature = readSignature(request);
  if (signature === undefined) throw new S3Error(403, 'AccessDenied', 'Access Denied');
  if (signature.isPresigned) checkTimes(request.url.searchParams, now);
  const checked = await checkSignature(request, signature, { credentials, service: 's3' });
  if (checked === 'valid') return signature.accessKey;
  if (checked === 'mismatch') {
    throw new S3Error(
      403,
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      { AWSAccessKeyId: signature.accessKey, SignatureProvided: signature.signature },
    );
  }
  throw new S3Error(403, 'AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: checked.unsigned,
  });
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
