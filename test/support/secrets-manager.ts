import {
  createSecretsManagerServer,
  type SecretsManagerOptions,
} from '../../local/secrets-manager/server.ts';
import { listen } from './listen.ts';

/** A Secrets Manager on a port of its own. */
export async function startSecretsManager(options: SecretsManagerOptions) {
  const server = createSecretsManagerServer(options);
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
