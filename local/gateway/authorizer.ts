import type { IncomingMessage } from 'node:http';
import { type CryptoKey, jwtVerify, type KeyObject } from 'jose';

/** What the gateway puts into `requestContext.authorizer`; `undefined`: answer 401. */
export type Authorizer = (request: IncomingMessage) => Promise<unknown>;

/** The IAM authorizer without its check: everybody on this machine is the one local user. */
export const localUser: Authorizer = async () => ({
  iam: { accountId: '000000000000', userArn: 'arn:aws:iam::000000000000:user/local', userId: 'local' },
});

export type JwtSettings = {
  readonly key: CryptoKey | KeyObject | Uint8Array;
  readonly issuer: string;
  readonly audience: string;
};

/** The JWT authorizer: checks signature, issuer, audience and times, and hands on the claims as texts. */
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

/** API Gateway writes a list as `[a b]` and everything else as JSON's text. */
const asClaim = (value: unknown): string => (Array.isArray(value) ? `[${value.join(' ')}]` : String(value));
