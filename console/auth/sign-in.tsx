import { Failure, useAction } from '../components/action.tsx';
import { Card, TitledPage } from '../components/page.tsx';
import { useStore } from '../store.ts';
import type { SignIn } from './session.ts';

type SignInProps = { readonly signIn: SignIn };

/** Before anything can be shown. Who comes back is where he was. */
export function SignInView({ signIn }: SignInProps) {
  const user = useStore(signIn.user);
  const action = useAction(signIn.begin);
  return (
    <TitledPage title="Sign in">
      <Card>
        {user.state === 'out' && user.why !== undefined && <p role="alert">{user.why}</p>}
        <Failure of={action} />
        <p class="muted">
          Your organisation’s sign-in says which spaces you may use. You come back to this page.
        </p>
        <div class="buttons">
          <button type="button" class="primary" onClick={action.run} disabled={action.busy}>
            Sign in
          </button>
        </div>
      </Card>
    </TitledPage>
  );
}

/** Who is signed in, and the way out. */
export function UserMenu({ signIn }: SignInProps) {
  const user = useStore(signIn.user);
  if (user.state !== 'in') return null;
  return (
    <div class="user">
      {user.name !== undefined && <span class="muted">{user.name}</span>}
      <button type="button" class="quiet" onClick={() => signIn.end()}>
        Sign out
      </button>
    </div>
  );
}
