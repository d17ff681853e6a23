import { AwsV4Signer } from 'aws4fetch';
import type { RoleCredentials } from '../platform/aws/eks-token.ts';
import { outOfReach, RetryableError, type RetryPolicy, withRetry } from '../platform/retry.ts';
import type { SourceFile, Sources, Upload } from './source.ts';

const UPLOAD_SECONDS = 15 * 60;

/** A build that waits for room fetches late. */
const DOWNLOAD_SECONDS = 60 * 60;

/** The bucket's lifecycle (stack/resources.yml) takes a source after 30 days; one of half that age is uploaded again. */
const FRESH_MS = 15 * 24 * 60 * 60_000;

const HEAD_POLICY: RetryPolicy = { totalMs: 10_000, attemptMs: 3_000, maxAttempts: 3, firstWaitMs: 100 };

/** A bucket of sources. */
export type SourceBucket = {
  readonly bucket: string;
  readonly region: string;
  /** Another place than AWS: the bucket is then in the path. */
  readonly endpoint?: string | undefined;
  readonly credentials: RoleCredentials;
};

type Clock = { readonly now: () => Date; readonly wait: (ms: number) => Promise<void> };

/**
 * The sources of a stage in S3, each under `sources/<space>/<app>/<sha256>.tgz`. Uploads and downloads are signed here and
 * sent by others: no byte of a source passes. Names of spaces and apps are DNS labels, so no key reaches into another's
 * folder. A signed URL ends with the credentials of the function's role, which may be before its own end.
 */
export const s3Sources = (place: SourceBucket, clock: Clock): Sources => ({
  has: (space, app, sha256) => isFresh(place, clock, urlOf(place, space, app, sha256)),
  upload: (space, app, file) => signUpload(place, clock.now(), urlOf(place, space, app, file.sha256), file),
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
  const key = `sources/${space}/${app}/${sha256}.tgz`;
  // A dot in the name has no certificate as a part of the host.
  const inPath = endpoint ?? (bucket.includes('.') ? `https://s3.${region}.amazonaws.com` : undefined);
  return inPath === undefined
    ? new URL(`https://${bucket}.s3.${region}.amazonaws.com/${key}`)
    : new URL(`${inPath.replace(/(?<!\/)\/+$/, '')}/${bucket}/${key}`);
}

/** S3 takes only these very bytes: their number and their SHA-256 are headers that are signed. */
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
    // The length too, which it would leave out.
    allHeaders: true,
  });
  return (await signer.sign()).url.href;
}

/**
 * Whether the object is there and young enough. S3 took it by its checksum, so what is there is what was meant. A refusal
 * other than "not there" is a fault of the deployment.
 */
async function isFresh(place: SourceBucket, clock: Clock, url: URL): Promise<boolean> {
  const response = await head(place, clock, url);
  if (response.status === 404) return false;
  if (response.status !== 200) {
    throw new Error(`S3 answered ${response.status} for a source in bucket "${place.bucket}".`);
  }
  const written = Date.parse(response.headers.get('last-modified') ?? '');
  return clock.now().getTime() - written < FRESH_MS;
}

/** The answer of S3 to a HEAD request. Throws `unavailable` when no attempt gets one. */
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
