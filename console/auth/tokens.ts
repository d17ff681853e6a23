import * as v from 'valibot';
import { jsonOf } from '../../cli/api/problem.ts';

/** Key of a link's token in the tab's session storage. */
export const TOKEN_KEY = 'taskbridge.token';

/** Response of an issuer's token endpoint (RFC 6749, OpenID Connect Core 1.0). */
export const TokenResponse = v.object({
  access_token: v.optional(v.string()),
  id_token: v.optional(v.string()),
  refresh_token: v.optional(v.string()),
  expires_in: v.optional(v.number()),
});

/** Session of this tab. */
export const Session = v.object({
  token: v.string(),
  refresh: v.optional(v.string()),
  /** Expiry of the token, in ms since 1970. */
  until: v.number(),
  /** Name of the user, from the token. */
  name: v.optional(v.string()),
});
export type Session = v.InferOutput<typeof Session>;

const Claims = v.object({
  exp: v.optional(v.number()),
  nonce: v.optional(v.string()),
  name: v.optional(v.string()),
  email: v.optional(v.string()),
  preferred_username: v.optional(v.string()),
  sub: v.optional(v.string()),
});
/** Claims of a token, as far as they are used. */
export type Claims = v.InferOutput<typeof Claims>;

/** Decodes the claims of a JWT without verifying it, which the API does. Empty for any other token. */
export function claimsOf(token: string): Claims {
  const [, body = ''] = token.split('.');
  const bytes = bytesOf(body.replaceAll('-', '+').replaceAll('_', '/'));
  const parsed = v.safeParse(Claims, jsonOf(new TextDecoder().decode(bytes)));
  return parsed.success ? parsed.output : {};
}

function bytesOf(base64: string): Uint8Array {
  try {
    return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

/** Assumed lifetime of a token without an expiry, in ms. */
const DEFAULT_LIFETIME_MS = 5 * 60_000;

/** Creates a session from a token response; `undefined` where it lacks the token that the API needs. */
export function sessionOf(
  tokens: v.InferOutput<typeof TokenResponse>,
  use: 'access' | 'id',
  now: number,
): Session | undefined {
  const token = use === 'id' ? tokens.id_token : tokens.access_token;
  if (token === undefined) return undefined;
  const { exp } = claimsOf(token);
  const { name, email, preferred_username, sub } = { ...claimsOf(token), ...claimsOf(tokens.id_token ?? '') };
  const expires =
    tokens.expires_in === undefined ? now + DEFAULT_LIFETIME_MS : now + tokens.expires_in * 1_000;
  return {
    token,
    refresh: tokens.refresh_token,
    until: exp === undefined ? expires : exp * 1_000,
    name: name ?? email ?? preferred_username ?? sub,
  };
}
