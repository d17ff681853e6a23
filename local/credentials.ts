import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** AWS access key, as the SDK takes it. */
export type AccessKey = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** Secrets of one start of the local cloud. Its listeners accept no others. */
export type Credentials = {
  /** Bearer token of the developer for the HTTP API. */
  readonly token: string;
  /** Access key with an ID of `account.ts`. Each has its own secret. */
  keyOf(accessKeyId: string): AccessKey;
};

const SEED_BYTES = 32;

/** Creates secrets from a seed, by default 256 random bits. None can be computed from the others. */
export function createCredentials(seed: Buffer = randomBytes(SEED_BYTES)): Credentials {
  const derive = (purpose: string) => createHmac('sha256', seed).update(purpose).digest('base64url');
  return {
    token: derive('token'),
    keyOf: (accessKeyId) => ({ accessKeyId, secretAccessKey: derive(`access key ${accessKeyId}`) }),
  };
}

/** Environment variables by which the SDK and the AWS CLI take an access key. */
export const awsEnvironment = ({ accessKeyId, secretAccessKey }: AccessKey) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

/** Digest by which secrets are compared and found, so that the time that it takes tells nothing of them. */
export const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** Compares two secrets in constant time. */
export const isSameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(Buffer.from(digestOf(one)), Buffer.from(digestOf(other)));

/** Bearer token of a request; `undefined` if it has none. */
export const bearerTokenOf = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
