import { AwsV4Signer } from 'aws4fetch';
import type { RoleCredentials } from '../platform/aws/eks-token.ts';
import { awsHost } from '../platform/aws/host.ts';
import { checkedName, Name } from '../platform/names.ts';
import { outOfReach, RetryableError, type RetryPolicy, withRetry } from '../platform/retry.ts';
import { Sha256, type SourceFile, type Sources, type Upload } from './source.ts';

/** Validity of a signed upload. */
const UPLOAD_SECONDS = 15 * 60;

/** Validity of a signed download: a pending build fetches late. */
const DOWNLOAD_SECONDS = 60 * 60;

/** Age in ms from which a source is uploaded again: the bucket's lifecycle (stack/resources.yml) deletes it after 30 days. */
const MAX_AGE_MS = 15 * 24 * 60 * 60_000;

const HEAD_POLICY: RetryPolicy = { totalMs: 10_000, attemptMs: 3_000, maxAttempts: 3, firstWaitMs: 100 };

/** Bucket of sources. */
export type SourceBucket = {
  readonly bucket: string;
  readonly region: string;
  /** Endpoint other than AWS; the bucket is then part of the path. */
  readonly endpoint?: string | undefined;
  readonly credentials: RoleCredentials;
};

type Clock = { readonly now: () => Date; readonly wait: (ms: number) => Promise<void> };

/**
 * Repository of sources in S3, under `sources/<space>/<app>/<sha256>.tgz`. It only signs uploads and downloads: no byte of a
 * source passes through. Each part of a key is checked, so no key reaches into another prefix. A signed URL expires with the
 * credentials of the function's role, which may be earlier than its own expiry.
 */
export const s3Sources = (place: SourceBucket, clock: Clock): Sources => ({
  has: async (space, app, sha256) => isFresh(place, clock, urlOf(place, space, app, sha256)),
  upload: async (space, app, file) =>
    signUpload(place, clock.now(), urlOf(place, space, app, file.sha256), file),
  download: async (space, app, sha256) => {
    const headers = {};
    const seconds = DOWNLOAD_SECONDS;
    return sign(place, {
      method: 'GET',
      url: urlOf(place, space, app, sha256),
      headers,
      seconds,
      at: clock.now(),
    });
  },
});

function urlOf({ bucket, region, endpoint }: SourceBucket, space: string, app: string, sha256: string): URL {
  const parts = [
    checkedName('space', space, Name),
    checkedName('app', app),
    checkedName('sha256', sha256, Sha256),
  ];
  const key = `sources/${parts.join('/')}.tgz`;
  // S3's certificate covers no bucket name with a dot as part of the host.
  const inPath = endpoint ?? (bucket.includes('.') ? `https://${awsHost('s3', region)}` : undefined);
  return inPath === undefined
    ? new URL(`https://${bucket}.${awsHost('s3', region)}/${key}`)
    : new URL(`${inPath.replace(/(?<!\/)\/+$/, '')}/${bucket}/${key}`);
}

/** Signs an upload of exactly these bytes: their number and SHA-256 are signed headers. */
async function signUpload(
  place: SourceBucket,
  at: Date,
  url: URL,
  { sha256, size }: SourceFile,
): Promise<Upload> {
  const headers = {
    'content-length': String(size),
    'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
  };
  const signed = await sign(place, { method: 'PUT', url, headers, seconds: UPLOAD_SECONDS, at });
  const expiresAt = new Date(at.getTime() + UPLOAD_SECONDS * 1000).toISOString();
  return { method: 'PUT', url: signed, headers, expiresAt };
}

type Signing = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly at: Date;
};

async function sign(
  { region, credentials }: SourceBucket,
  { method, url, headers, seconds, at }: Signing,
): Promise<string> {
  const withExpiry = new URL(url);
  withExpiry.searchParams.set('X-Amz-Expires', String(seconds));
  const signer = new AwsV4Signer({
    ...credentials,
    service: 's3',
    region,
    method,
    url: withExpiry.href,
    headers: { ...headers },
    datetime: at.toISOString().replace(/[:-]|\.\d{3}/g, ''),
    signQuery: true,
    // Includes content-length, which is left out by default.
    allHeaders: true,
  });
  return (await signer.sign()).url.href;
}

/**
 * True when the object exists and is young enough. S3 verified its checksum at the upload. Any other status than 200 and 404
 * is an error of the deployment.
 */
async function isFresh(place: SourceBucket, clock: Clock, url: URL): Promise<boolean> {
  const response = await head(place, clock, url);
  if (response.status === 404) return false;
  if (response.status !== 200) {
    throw new Error(`S3 answered ${response.status} for a source in bucket "${place.bucket}".`);
  }
  const written = Date.parse(response.headers.get('last-modified') ?? '');
  return clock.now().getTime() - written < MAX_AGE_MS;
}

/** Sends a HEAD request to S3. Throws `unavailable` when no attempt gets a response. */
const head = ({ region, credentials }: SourceBucket, clock: Clock, url: URL): Promise<Response> =>
  withRetry(
    async (signal) => {
      const request = { service: 's3', region, method: 'HEAD', url: url.href };
      const { url: signed, ...rest } = await new AwsV4Signer({ ...credentials, ...request }).sign();
      const response = await fetch(signed, { ...rest, signal });
      if (response.status < 500 && response.status !== 429) return response;
      throw new RetryableError(`it answered ${response.status}`);
    },
    {
      policy: HEAD_POLICY,
      unavailable: outOfReach('The store of sources'),
      clock: { now: () => clock.now().getTime(), wait: clock.wait },
    },
  );
