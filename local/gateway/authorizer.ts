import type { IncomingMessage } from 'node:http';
import { type CryptoKey, jwtVerify, type KeyObject } from 'jose';

/** Returns the value of `requestContext.authorizer`; `undefined` is answered with 401. */
export type Authorizer = (request: IncomingMessage) => Promise<unknown>;

/** IAM authorizer without a check: every caller is the local user. */
export const localUser: Authorizer = async () => ({
  iam: { accountId: '000000000000', userArn: 'arn:aws:iam::000000000000:user/local', userId: 'local' },
});

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
