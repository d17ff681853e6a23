import { AwsV4Signer } from 'aws4fetch';
import type { Sources, Upload } from '../../build-ports.ts';
import { DomainError } from '../../domain/errors.ts';
import type { SourceFile } from '../../domain/source.ts';
import { networkCode } from '../network-errors.ts';
import { timeLimit } from '../time-limit.ts';
import type { RoleCredentials } from './eks-token.ts';
import { causeOf } from './json-call.ts';

const UPLOAD_SECONDS = 15 * 60;

/** A build that waits for room fetches late. */
const DOWNLOAD_SECONDS = 60 * 60;

/** The bucket's lifecycle (stack/resources.yml) takes a source after 30 days; one of half that age is uploaded again. */
const FRESH_MS = 15 * 24 * 60 * 60_000;

/** How long an answer of S3 may take, in ms, and how often it is asked for. */
const REQUEST_MS = 3_000;
const TRIES = 3;
const WAIT_MS = 100;

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

/** Asks again where S3 gave no answer or says "not now". Throws `unavailable` when it does to the end. */
async function head(place: SourceBucket, clock: Clock, url: URL): Promise<Response> {
  let why = '';
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (tried > 0) await clock.wait(WAIT_MS * 2 ** (tried - 1));
    const answer = await headOnce(place, url);
    if (typeof answer !== 'string' && answer.status < 500 && answer.status !== 429) return answer;
    why = typeof answer === 'string' ? answer : `it answered ${answer.status}`;
  }
  throw new DomainError('unavailable', `The store of sources is out of reach (${why}). Try again.`);
}

/** The answer, or in words why there is none. */
async function headOnce({ region, credentials }: SourceBucket, url: URL): Promise<Response | string> {
  const signer = new AwsV4Signer({
    ...credentials,
    service: 's3',
    region,
    method: 'HEAD',
    url: url.href,
  });
  const { url: signed, ...request } = await signer.sign();
  const signal = timeLimit(REQUEST_MS);
  try {
    return await fetch(signed, { ...request, signal });
  } catch (error) {
    const why = signal.aborted ? 'no answer in time' : networkCode(causeOf(error));
    if (why === undefined) throw error;
    return why;
  }
}
