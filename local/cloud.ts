import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Authorizer } from './gateway/authorizer.ts';
import { startFunctionsAndGateway } from './gateway/start.ts';
import { type ClusterAccess, environmentFor, writeTokens } from './identities.ts';

/** Tokens are good for an hour. */
const NEW_TOKENS_EVERY_MS = 20 * 60_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export type CloudOptions = {
  readonly cluster: ClusterAccess;
  readonly authorizer?: Authorizer;
  readonly port?: number;
  readonly onLog?: (name: string, line: string) => void;
};

/** The HTTP API with its functions, over a cluster. */
export type Cloud = { readonly url: string; stop(): Promise<void> };

/** Starts the functions and the HTTP API over a cluster that runs. Its files go when it stops, or does not start. */
export async function startCloud({ cluster, ...options }: CloudOptions): Promise<Cloud> {
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-functions-'));
  const removeFiles = () => rm(directory, { recursive: true, force: true });
  try {
    const gateway = await startIn(directory, cluster, options);
    const renewal = setInterval(() => {
      writeTokens(cluster, directory).catch((error) => options.onLog?.('tokens', String(error)));
    }, NEW_TOKENS_EVERY_MS);
    renewal.unref();
    return {
      url: gateway.url,
      stop: async () => {
        clearInterval(renewal);
        await gateway.stop();
        await removeFiles();
      },
    };
  } catch (error) {
    await removeFiles();
    throw error;
  }
}

async function startIn(directory: string, cluster: ClusterAccess, options: Omit<CloudOptions, 'cluster'>) {
  const bundles = join(directory, 'bundles');
  await mkdir(bundles);
  await writeTokens(cluster, directory);
  return startFunctionsAndGateway({
    root,
    directory: bundles,
    environmentOf: environmentFor(cluster, directory),
    ...options,
  });
}
