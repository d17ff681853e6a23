import * as v from 'valibot';
import { SignedOut, Unreached } from '../api/problem.ts';
import type { Config, Oidc } from '../config.ts';
import { newStore, type Store } from '../store.ts';
import { beginSignIn, endSignIn, refreshed } from './oidc.ts';
import { Session } from './tokens.ts';

/** Who uses the page. `out`: nobody yet, or not any more. */
type User =
  | { readonly state: 'unneeded' }
  | { readonly state: 'in'; readonly name: string | undefined }
  | { readonly state: 'out'; readonly why?: string | undefined };

export type SignIn = {
  readonly user: Store<User>;
  /** Throws {@link SignedOut} when the session has ended and can't be renewed. */
  token(): Promise<string | undefined>;
  begin(): Promise<void>;
  /** Forgets the session. */
  end(why?: string): void;
};

const KEPT = 'taskbridge.session';

/** A token is renewed when it has so little time left, in ms. */
const EARLY_MS = 30_000;

const NOBODY: SignIn = {
  user: newStore<User>({ state: 'unneeded' }),
  token: async () => undefined,
  begin: async () => {},
  end: () => {},
};

/** The sign-in that the configuration asks for; one that is under way is ended first. */
export async function openSignIn({ signIn }: Config): Promise<SignIn> {
  if (signIn.type === 'none') return NOBODY;
  const user = newStore<User>({ state: 'out' });
  const keeper = newKeeper(signIn, user);
  try {
    const session = (await endSignIn(signIn)) ?? keptSession();
    if (session !== undefined) keeper.keep(session);
  } catch (error) {
    keeper.end(error instanceof Error ? error.message : String(error));
  }
  return { user, token: keeper.token, end: keeper.end, begin: () => beginSignIn(signIn) };
}

function newKeeper(oidc: Oidc, user: Store<User>) {
  let session: Session | undefined;
  let renewal: Promise<Session> | undefined;
  const keep = (fresh: Session): Session => {
    session = fresh;
    sessionStorage.setItem(KEPT, JSON.stringify(fresh));
    if (user.get().state !== 'in') user.set({ state: 'in', name: fresh.name });
    return fresh;
  };
  const end = (why?: string): void => {
    session = undefined;
    sessionStorage.removeItem(KEPT);
    if (user.get().state !== 'out' || why !== undefined) user.set({ state: 'out', why });
  };
  const token = async (): Promise<string> => {
    if (session !== undefined && Date.now() < session.until - EARLY_MS) return session.token;
    if (session?.refresh === undefined) {
      if (session !== undefined) end('Your sign-in has ended.');
      throw new SignedOut('You are not signed in any more.');
    }
    // Views that ask at the same time share one renewal: a refresh token may be good for one use.
    renewal ??= refreshed(oidc, session.refresh).finally(() => {
      renewal = undefined;
    });
    return keep(await renewal.catch((error: unknown) => notRenewed(error, end))).token;
  };
  return { keep, end, token };
}

/** An issuer that is out of reach ends nothing: the session is renewed when it answers again. */
function notRenewed(error: unknown, end: (why: string) => void): never {
  if (error instanceof TypeError) throw new Unreached('The issuer can’t be reached.');
  end('Your sign-in has ended.');
  throw new SignedOut('You are not signed in any more.');
}

/** The session of this tab, from before it was loaded again. */
function keptSession(): Session | undefined {
  try {
    const parsed = v.safeParse(Session, JSON.parse(sessionStorage.getItem(KEPT) ?? 'null'));
    return parsed.success && (parsed.output.until > Date.now() || parsed.output.refresh !== undefined)
      ? parsed.output
      : undefined;
  } catch {
    return undefined;
  }
}
