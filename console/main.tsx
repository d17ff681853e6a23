import './style/main.css';
import { render } from 'preact';
import { newApi, REACHED, type Reach } from './api/client.ts';
import { ApiContext } from './api/context.ts';
import { Console } from './app.tsx';
import { openSignIn } from './auth/session.ts';
import { readConfig } from './config.ts';
import { newStore } from './store.ts';

async function start(root: HTMLElement): Promise<void> {
  const config = await readConfig();
  const signIn = await openSignIn(config);
  const api = newApi({
    base: config.api,
    token: signIn.token,
    reach: newStore<Reach>(REACHED),
    onSignedOut: () => signIn.end('Your sign-in has ended, or is not for this API.'),
  });
  // What index.html shows until here.
  root.replaceChildren();
  render(
    <ApiContext.Provider value={api}>
      <Console signIn={signIn} />
    </ApiContext.Provider>,
    root,
  );
}

const root = document.getElementById('console');
if (root !== null) {
  start(root).catch((error: unknown) => {
    // Whoever deployed it reads this: the page can't begin.
    const message = document.createElement('p');
    message.className = 'refusal';
    message.textContent = `The console can’t start. ${error instanceof Error ? error.message : error}`;
    root.append(message);
  });
}
