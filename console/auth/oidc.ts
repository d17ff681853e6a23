import * as v from 'valibot';
import type { Oidc } from '../config.ts';
import { newProof, randomText } from './pkce.ts';
import { claimsOf, type Session, sessionOf, TokenResponse } from './tokens.ts';

/** Discovery document of an issuer, as far as it is used (OpenID Connect Discovery 1.0). */
const Discovery = v.object({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  end_session_endpoint: v.optional(v.string()),
});

/** State of a sign-in in progress, kept until the issuer redirects back. */
const Pending = v.object({ state: v.string(), nonce: v.string(), verifier: v.string(), hash: v.string() });

const PENDING = 'taskbridge.sign-in';

/** Redirect URI: the URL of this page, which must be registered with the issuer. */
const redirectUri = (): string => `${location.origin}${location.pathname}`;

/** Removes the trailing slash, which issuers write or leave out. */
const normalize = (issuer: string): string => issuer.replace(/\/$/, '');

async function discover(issuer: string): Promise<v.InferOutput<typeof Discovery>> {
  const base = normalize(issuer);
  const response = await fetch(`${base}/.well-known/openid-configuration`, { credentials: 'omit' });
  if (!response.ok) throw new Error(`The discovery document of ${base} can’t be read: ${response.status}.`);
  const found = v.parse(Discovery, await response.json());
  if (normalize(found.issuer) !== base)
    throw new Error(`Unexpected issuer ${found.issuer} in the discovery document of ${base}.`);
  return found;
}

/** Redirects the user to the issuer, which redirects back with a code. */
export async function beginSignIn(oidc: Oidc): Promise<void> {
  const { authorization_endpoint } = await discover(oidc.issuer);
  const { verifier, challenge } = await newProof();
  const pending = { state: randomText(), nonce: randomText(), verifier, hash: location.hash };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const url = new URL(authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: oidc.clientId,
    redirect_uri: redirectUri(),
    scope: oidc.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
}

/**
 * Completes a sign-in after the redirect from the issuer; resolves to `undefined` without one. Removes the code from the URL
 * and restores the view. Throws an error for the user where the response does not match the sign-in.
 */
export async function endSignIn(oidc: Oidc): Promise<Session | undefined> {
  const params = new URLSearchParams(location.search);
  if (!params.has('state') || !(params.has('code') || params.has('error'))) return undefined;
  const pending = v.safeParse(Pending, JSON.parse(sessionStorage.getItem(PENDING) ?? 'null'));
  sessionStorage.removeItem(PENDING);
  history.replaceState(null, '', `${redirectUri()}${pending.success ? pending.output.hash : ''}`);
  if (!pending.success || pending.output.state !== params.get('state')) {
    throw new Error('This sign-in was not started in this tab.');
  }
  const error = params.get('error');
  if (error !== null) throw new Error(`Sign-in failed: ${params.get('error_description') ?? error}.`);
  const iss = params.get('iss');
  if (iss !== null && normalize(iss) !== normalize(oidc.issuer))
    throw new Error(`Unexpected issuer ${iss}, expected ${oidc.issuer}.`);
  const tokens = await exchange(oidc, {
    grant_type: 'authorization_code',
    code: params.get('code') ?? '',
    redirect_uri: redirectUri(),
    code_verifier: pending.output.verifier,
  });
  if (tokens.id_token !== undefined && claimsOf(tokens.id_token).nonce !== pending.output.nonce) {
    throw new Error('The ID token belongs to another sign-in.');
  }
  return requireSession(oidc, tokens);
}

/** Renews a session with a refresh token. Throws where the issuer rejects it. */
export async function refreshSession(oidc: Oidc, refresh: string): Promise<Session> {
  const tokens = await exchange(oidc, { grant_type: 'refresh_token', refresh_token: refresh });
  // An issuer that does not rotate refresh tokens returns none here.
  return requireSession(oidc, { refresh_token: refresh, ...tokens });
}

function requireSession(oidc: Oidc, tokens: v.InferOutput<typeof TokenResponse>): Session {
  const session = sessionOf(tokens, oidc.token, Date.now());
  if (session === undefined)
    throw new Error(`The issuer returned no ${oidc.token} token: check scope and token in config.json.`);
  return session;
}

async function exchange(oidc: Oidc, parameters: Readonly<Record<string, string>>) {
  const { token_endpoint } = await discover(oidc.issuer);
  const response = await fetch(token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ client_id: oidc.clientId, ...parameters }),
    credentials: 'omit',
  });
  if (!response.ok) throw new Error(`The issuer rejected the token request: ${response.status}.`);
  return v.parse(TokenResponse, await response.json());
}
