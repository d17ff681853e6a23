import * as v from 'valibot';
import { SignedOut, Unreachable } from '../api/problem.ts';
import type { Config, Oidc } from '../config.ts';
import { newStore, type Store } from '../store.ts';
import { openLink } from './link.ts';
import { beginSignIn, endSignIn, refreshSession } from './oidc.ts';
import { Session } from './tokens.ts';
import type { SignIn, User } from './user.ts';

const STORAGE_KEY = 'taskbridge.session';

/** Remaining lifetime at which a token is renewed, in ms. */
const RENEW_BEFORE_MS = 30_000;

const NO_SIGN_IN: SignIn = {
  user: newStore<User>({ state: 'unneeded' }),
  token: async () => undefined,
  end: () => {},
};

/** Opens the configured sign-in. Completes one in progress, else restores the session of this tab. */
export async function openSignIn({ signIn }: Config): Promise<SignIn> {
  if (signIn.type === 'none') return NO_SIGN_IN;
  if (signIn.type === 'link') return openLink();
  const user = newStore<User>({ state: 'out' });
  const sessions = newSessions(signIn, user);
  try {
    const session = (await endSignIn(signIn)) ?? storedSession();
    if (session !== undefined) sessions.keep(session);
  } catch (error) {
    sessions.end(error instanceof Error ? error.message : String(error));
  }
  return { user, token: sessions.token, end: sessions.end, begin: () => beginSignIn(signIn) };
}

function newSessions(oidc: Oidc, user: Store<User>) {
  let session: Session | undefined;
  let renewal: Promise<Session> | undefined;
  const keep = (fresh: Session): Session => {
    session = fresh;
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(fresh));
    if (user.get().state !== 'in') user.set({ state: 'in', name: fresh.name });
    return fresh;
  };
  const end = (why?: string): void => {
    session = undefined;
    sessionStorage.removeItem(STORAGE_KEY);
    if (user.get().state !== 'out' || why !== undefined) user.set({ state: 'out', why });
  };
  const token = async (): Promise<string> => {
    if (session !== undefined && Date.now() < session.until - RENEW_BEFORE_MS) return session.token;
    if (session?.refresh === undefined) {
      if (session !== undefined) end('Your session has expired.');
      throw new SignedOut('You are signed out.');
    }
    // Concurrent requests share one renewal, as a refresh token may be valid for one use only.
    renewal ??= refreshSession(oidc, session.refresh).finally(() => {
      renewal = undefined;
    });
    return keep(await renewal.catch((error: unknown) => failRenewal(error, end))).token;
  };
  return { keep, end, token };
}

/** Handles a failed renewal. An unreachable issuer keeps the session, which is renewed later. */
function failRenewal(error: unknown, end: (why: string) => void): never {
  if (error instanceof TypeError) throw new Unreachable('The issuer is unreachable.');
  end('Your session has expired.');
  throw new SignedOut('You are signed out.');
}

/** Session of this tab from before a reload. */
function storedSession(): Session | undefined {
  try {
    const parsed = v.safeParse(Session, JSON.parse(sessionStorage.getItem(STORAGE_KEY) ?? 'null'));
    return parsed.success && (parsed.output.until > Date.now() || parsed.output.refresh !== undefined)
      ? parsed.output
      : undefined;
  } catch {
    return undefined;
  }
}
