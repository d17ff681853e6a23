import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import * as v from 'valibot';
import { bearerTokenOf, digestOf, isSameSecret } from '../credentials.ts';
import type { User } from './authorizer.ts';
import { MASTERS } from './default-rules.ts';
import { timestamp } from './object.ts';
import { SERVICE_ACCOUNTS } from './resources.ts';
import { invalid, invalidValue, notFound, unauthorized } from './status.ts';
import type { Store } from './store.ts';

const DEFAULT_SECONDS = 3600;
const MIN_SECONDS = 600;

const TokenRequest = v.object({
  spec: v.optional(v.object({ expirationSeconds: v.nullish(v.number()) }), {}),
});

/** The developer. */
const ADMIN: User = { name: 'kubernetes-admin', groups: [MASTERS, 'system:authenticated'] };

type Account = { readonly namespace: string; readonly name: string };

/** Issues and authenticates tokens of service accounts, and the one of the admin. */
export type Tokens = {
  /** Token of the admin, who may do everything. It does not expire. */
  readonly admin: string;
  /** Issues a token. Throws 404 if the service account does not exist. */
  issue(account: Account, seconds?: number): string;
  /** Responds to a `TokenRequest`. Throws 404, and 422 for less than ten minutes. */
  respond(account: Account, body: unknown): object;
  /**
   * Authenticates a request. Throws 401 without a token, and for one that is unknown or expired, or whose service account
   * is gone.
   */
  userOf(request: IncomingMessage): User;
};

/** Token of a service account that was issued. `expires`: in ms since 1970. */
export type Issued = { readonly account: Account; readonly uid: string; readonly expires: number };

const newToken = (): string => randomBytes(32).toString('base64url');

/** Creates opaque tokens that only this server knows, and finds them by their digests, the keys of `issued`. */
export function createTokens(store: Store, admin = newToken(), issued = new Map<string, Issued>()): Tokens {
  const uidOf = ({ namespace, name }: Account) => store.get(SERVICE_ACCOUNTS, namespace, name)?.metadata.uid;

  const issue = (account: Account, seconds = DEFAULT_SECONDS): string => {
    const uid = uidOf(account);
    if (uid === undefined) throw notFound(SERVICE_ACCOUNTS, account.name);
    const token = newToken();
    for (const [digest, { expires }] of issued) if (expires < Date.now()) issued.delete(digest);
    issued.set(digestOf(token), { account, uid, expires: Date.now() + seconds * 1000 });
    return token;
  };

  return {
    admin,
    issue,
    respond: (account, body) => {
      const { spec } = v.parse(TokenRequest, body);
      const seconds = spec.expirationSeconds ?? DEFAULT_SECONDS;
      if (seconds < MIN_SECONDS) {
        throw invalid({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
          invalidValue('spec.expirationSeconds', seconds, 'may not specify a duration less than 10 minutes'),
        ]);
      }
      const token = issue(account, seconds);
      return {
        kind: 'TokenRequest',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { ...account, creationTimestamp: timestamp() },
        spec: { audiences: [], expirationSeconds: seconds, boundObjectRef: null },
        status: { token, expirationTimestamp: timestamp(new Date(Date.now() + seconds * 1000)) },
      };
    },
    userOf: (request) => {
      const token = bearerTokenOf(request) ?? '';
      if (isSameSecret(token, admin)) return ADMIN;
      const found = issued.get(digestOf(token));
      if (found === undefined || found.expires < Date.now()) throw unauthorized();
      if (uidOf(found.account) !== found.uid) throw unauthorized();
      return serviceAccountUser(found.account);
    },
  };
}

const serviceAccountUser = ({ namespace, name }: Account): User => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});
