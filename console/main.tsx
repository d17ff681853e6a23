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
    onSignedOut: () => signIn.end('Your session has expired or is not valid for this API.'),
  });
  // Removes the placeholder of index.html.
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
    // Shown to the operator: the page can't start.
    const message = document.createElement('p');
    message.className = 'problem';
    message.textContent = `The console failed to start. ${error instanceof Error ? error.message : error}`;
    root.append(message);
  });
}
