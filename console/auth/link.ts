import { newStore } from '../store.ts';
import { TOKEN_KEY } from './tokens.ts';
import type { SignIn, User } from './user.ts';

/** Start of the hash of a link that holds a token. */
const PREFIX = '#token=';

/** Signs in by a link whose hash holds the API's token, as that of the local cloud. The tab keeps it over a reload. */
export function openLink(): SignIn {
  takeToken();
  const user = newStore<User>({ state: storedToken() === undefined ? 'out' : 'unneeded' });
  // A link that is opened in this tab changes the hash only.
  addEventListener('hashchange', () => {
    if (takeToken()) location.reload();
  });
  return {
    user,
    token: async () => storedToken(),
    end: (why) => {
      sessionStorage.removeItem(TOKEN_KEY);
      user.set({ state: 'out', why });
    },
  };
}

const storedToken = (): string | undefined => sessionStorage.getItem(TOKEN_KEY) ?? undefined;

/** Moves the token of a link into the session storage and out of the address. Returns whether there was one. */
function takeToken(): boolean {
  if (!location.hash.startsWith(PREFIX)) return false;
  sessionStorage.setItem(TOKEN_KEY, location.hash.slice(PREFIX.length));
  history.replaceState(null, '', `${location.pathname}${location.search}`);
  return true;
}
