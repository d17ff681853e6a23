import * as v from 'valibot';
import type { Oidc } from '../config.ts';
import { newProof, randomText } from './pkce.ts';
import { claimsOf, type Session, sessionOf, TokenAnswer } from './tokens.ts';

/** What of an issuer's discovery document is used (OpenID Connect Discovery 1.0). */
const Discovery = v.object({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  end_session_endpoint: v.optional(v.string()),
});

/** What must be known when the issuer sends the user back. */
const Pending = v.object({ state: v.string(), nonce: v.string(), verifier: v.string(), hash: v.string() });

const PENDING = 'taskbridge.sign-in';

/** Where the issuer sends the user back to: this page, which the issuer knows by this very address. */
const redirectUri = (): string => `${location.origin}${location.pathname}`;

/** Issuers write their own address with a slash behind it or without. */
const bare = (issuer: string): string => issuer.replace(/\/$/, '');

async function discover(issuer: string): Promise<v.InferOutput<typeof Discovery>> {
  const base = bare(issuer);
  const response = await fetch(`${base}/.well-known/openid-configuration`, { credentials: 'omit' });
  if (!response.ok)
    throw new Error(`The issuer ${base} answered ${response.status} when it was asked about itself.`);
  const found = v.parse(Discovery, await response.json());
  if (bare(found.issuer) !== base) throw new Error(`${base} says that it is ${found.issuer}.`);
  return found;
}

/** Sends the user to the issuer; he comes back with a code. */
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
 * The session that a user who comes back from the issuer brings; `undefined` for one who just comes. The code goes from
 * the address, and the view that he came from is there again. Throws, in words, when it is not what was asked for.
 */
export async function endSignIn(oidc: Oidc): Promise<Session | undefined> {
  const answer = new URLSearchParams(location.search);
  if (!answer.has('state') || !(answer.has('code') || answer.has('error'))) return undefined;
  const kept = v.safeParse(Pending, JSON.parse(sessionStorage.getItem(PENDING) ?? 'null'));
  sessionStorage.removeItem(PENDING);
  history.replaceState(null, '', `${redirectUri()}${kept.success ? kept.output.hash : ''}`);
  if (!kept.success || kept.output.state !== answer.get('state')) {
    throw new Error('This sign-in was not begun in this tab.');
  }
  const error = answer.get('error');
  if (error !== null) throw new Error(`The issuer refused: ${answer.get('error_description') ?? error}.`);
  const iss = answer.get('iss');
  if (iss !== null && bare(iss) !== bare(oidc.issuer))
    throw new Error(`${iss} answered, not ${oidc.issuer}.`);
  const tokens = await exchange(oidc, {
    grant_type: 'authorization_code',
    code: answer.get('code') ?? '',
    redirect_uri: redirectUri(),
    code_verifier: kept.output.verifier,
  });
  if (tokens.id_token !== undefined && claimsOf(tokens.id_token).nonce !== kept.output.nonce) {
    throw new Error('The issuer answered another sign-in than this one.');
  }
  return demandSession(oidc, tokens);
}

/** A fresh session in place of one that ends. Throws when the issuer gives none any more. */
export async function refreshed(oidc: Oidc, refresh: string): Promise<Session> {
  const answer = await exchange(oidc, { grant_type: 'refresh_token', refresh_token: refresh });
  // An issuer that does not turn its refresh tokens over gives none here.
  return demandSession(oidc, { refresh_token: refresh, ...answer });
}

function demandSession(oidc: Oidc, answer: v.InferOutput<typeof TokenAnswer>): Session {
  const session = sessionOf(answer, oidc.token, Date.now());
  if (session === undefined)
    throw new Error(`The issuer gave no ${oidc.token} token: look at scope and token.`);
  return session;
}

async function exchange(oidc: Oidc, parameters: Readonly<Record<string, string>>) {
  const { token_endpoint } = await discover(oidc.issuer);
  const response = await fetch(token_endpoint, {
    method: 'POST',
    body: new URLSearchParams({ client_id: oidc.clientId, ...parameters }),
    credentials: 'omit',
  });
  if (!response.ok) throw new Error(`The issuer gave no token: it answered ${response.status}.`);
  return v.parse(TokenAnswer, await response.json());
}
