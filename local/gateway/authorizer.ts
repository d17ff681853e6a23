import type { IncomingMessage } from 'node:http';
import { type CryptoKey, jwtVerify, type KeyObject } from 'jose';
import { ACCOUNT, USER_KEY } from '../account.ts';
import { bearerTokenOf, isSameSecret } from '../credentials.ts';

/** Returns the value of `requestContext.authorizer`; `undefined` is answered with 401. */
export type Authorizer = (request: IncomingMessage) => Promise<unknown>;

/** IAM authorizer with one user, the developer, who shows a bearer token instead of a signature. */
export const developerAuthorizer =
  (token: string): Authorizer =>
  async (request) =>
    isSameSecret(bearerTokenOf(request) ?? '', token)
      ? { iam: { accountId: ACCOUNT, userArn: `arn:aws:iam::${ACCOUNT}:user/${USER_KEY}`, userId: USER_KEY } }
      : undefined;

export type JwtSettings = {
  readonly key: CryptoKey | KeyObject | Uint8Array;
  readonly issuer: string;
  readonly audience: string;
};

/** JWT authorizer: verifies signature, issuer, audience and times, and passes the claims on as strings. */
export const jwtAuthorizer =
  ({ key, issuer, audience }: JwtSettings): Authorizer =>
  async ({ headers }) => {
    const token = headers.authorization?.replace(/^Bearer /, '');
    if (token === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, key, { issuer, audience });
      const claims = Object.entries(payload).map(([name, value]) => [name, asClaim(value)]);
      return { jwt: { claims: Object.fromEntries(claims), scopes: null } };
    } catch {
      return undefined;
    }
  };

/** Claim as API Gateway writes it: a list as `[a b]`, anything else as JSON. */
const asClaim = (value: unknown): string => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));
