import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { newSecretsManagerServer, type SecretsManagerOptions } from '../../local/secrets-manager/server.ts';

/** A Secrets Manager on a port of its own. */
export async function startSecretsManager(options: SecretsManagerOptions) {
  const server = newSecretsManagerServer(options);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
