import * as v from 'valibot';
import { jsonOf } from '../../cli/api/problem.ts';

/** The answer of an issuer's token endpoint (RFC 6749, OpenID Connect Core 1.0). */
export const TokenAnswer = v.object({
  access_token: v.optional(v.string()),
  id_token: v.optional(v.string()),
  refresh_token: v.optional(v.string()),
  expires_in: v.optional(v.number()),
});

/** A sign-in, as it is kept for this tab alone. */
export const Session = v.object({
  token: v.string(),
  refresh: v.optional(v.string()),
  /** Milliseconds since 1970 at which the token ends. */
  until: v.number(),
  /** Who signed in, as the token says. */
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
export type Claims = v.InferOutput<typeof Claims>;

/** What a JWT says, unchecked: the API checks it. None of a token that is no JWT. */
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

/** Of a token that does not say when it ends. */
const SHORT_MS = 5 * 60_000;

/** The session of a token answer; `undefined` where it lacks the token that the API wants. */
export function sessionOf(
  answer: v.InferOutput<typeof TokenAnswer>,
  use: 'access' | 'id',
  now: number,
): Session | undefined {
  const token = use === 'id' ? answer.id_token : answer.access_token;
  if (token === undefined) return undefined;
  const { exp } = claimsOf(token);
  const { name, email, preferred_username, sub } = { ...claimsOf(token), ...claimsOf(answer.id_token ?? '') };
  const ends = answer.expires_in === undefined ? now + SHORT_MS : now + answer.expires_in * 1_000;
  return {
    token,
    refresh: answer.refresh_token,
    until: exp === undefined ? ends : exp * 1_000,
    name: name ?? email ?? preferred_username ?? sub,
  };
}
