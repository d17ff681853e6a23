import { Failure, useAction } from '../components/action.tsx';
import { Card, TitledPage } from '../components/page.tsx';
import { useStore } from '../store.ts';
import type { SignIn } from './user.ts';

type SignInProps = { readonly signIn: SignIn };

/** View for signed-out users. After sign-in the issuer redirects back to the same view. */
export function SignInView({ signIn }: SignInProps) {
  const user = useStore(signIn.user);
  return (
    <TitledPage title="Sign in">
      <Card>
        {user.state === 'out' && user.why !== undefined && <p role="alert">{user.why}</p>}
        {signIn.begin === undefined ? <LinkSignIn /> : <AccountSignIn begin={signIn.begin} />}
      </Card>
    </TitledPage>
  );
}

const LinkSignIn = () => (
  <p>
    Open the link that <code>npm start</code> prints after “Console”. It holds a secret that this page needs,
    a new one for each start.
  </p>
);

function AccountSignIn({ begin }: { readonly begin: () => Promise<void> }) {
  const action = useAction(begin);
  return (
    <>
      <Failure of={action} />
      <p class="muted">Sign in with your organisation’s account. You return to this page afterwards.</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={action.run} disabled={action.busy}>
          Sign in
        </button>
      </div>
    </>
  );
}

/** Name of the user, and a button to sign out. */
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
