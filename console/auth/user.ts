import type { SignedOut } from '../api/problem.ts';
import type { Store } from '../store.ts';

/** User of the page. `unneeded`: there is nothing to sign in to, or a link has done it. */
export type User =
  | { readonly state: 'unneeded' }
  | { readonly state: 'in'; readonly name: string | undefined }
  | { readonly state: 'out'; readonly why?: string | undefined };

/** Sign-in of the user. */
export type SignIn = {
  readonly user: Store<User>;
  /** Bearer token; `undefined` where none is needed. Throws {@link SignedOut} where the session has expired and can't be renewed. */
  token(): Promise<string | undefined>;
  /** Signs in with an account. Absent: the user has to open a link. */
  readonly begin?: () => Promise<void>;
  /** Signs out; `why` is shown to the user. */
  end(why?: string): void;
};
