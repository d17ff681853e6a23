import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Deployment, readServerless } from '../../../local/cloudformation/serverless.ts';
import { stackEnvironment } from '../../../local/cloudformation/stack.ts';
import { environmentFor, writeTokens } from '../../../local/cluster/access.ts';
import { setUpEmbeddedCluster } from '../../../local/cluster/set-up.ts';
import { type EmbeddedEventBridge, startEmbeddedEventBridge } from '../../../local/eventbridge/start.ts';
import { type ClusterApi, clusterApi } from '../../support/cluster-api.ts';
import { CREDENTIALS } from '../../support/credentials.ts';
import { type Killable, killable } from './killable.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The embedded cloud with two of its functions in processes that can be killed. */
export type ProcessCloud = {
  readonly api: ClusterApi;
  readonly eventBridge: EmbeddedEventBridge;
  readonly fireJob: Killable;
  readonly reconcile: Killable;
  stop(): Promise<void>;
};

export type ProcessCloudOptions = {
  readonly space: string;
  readonly maxRules: number;
  readonly now: () => number;
  readonly onFire: (event: unknown) => void;
  readonly delaysOf: (minute: number) => readonly number[];
};

/** Each process has the bundle that is deployed, its own environment and the rights of its identity, no more. */
export async function startProcessCloud(options: ProcessCloudOptions): Promise<ProcessCloud> {
  const { space, maxRules, now, onFire, delaysOf } = options;
  const directory = await mkdtemp(join(tmpdir(), 'taskbridge-simulation-'));
  const deployment = await readServerless(join(root, 'serverless.yml'));
  await bundleChild(deployment, directory);
  const { access, cluster, openSpace, stop } = await setUpEmbeddedCluster();
  await openSpace(space);
  await writeTokens(access, directory);
  const eventBridge = await startEmbeddedEventBridge({
    credentials: CREDENTIALS,
    now: () => new Date(now()),
    invoke: async (_, event) => onFire(event),
    onError: (error) => {
      throw error;
    },
    deliveries: (_, minute) => delaysOf(minute.getTime()),
  });
  const stack = {
    ...stackEnvironment(deployment, eventBridge.url),
    TASKBRIDGE_MAX_RULES: String(maxRules),
  };
  const environmentOf = environmentFor(access, { directory, credentials: CREDENTIALS, stack });
  const functions = {
    fireJob: killable({
      directory,
      name: 'fire-job',
      environment: environmentOf({ name: 'fire-job', identity: 'runner' }),
    }),
    reconcile: killable({
      directory,
      name: 'reconcile',
      environment: environmentOf({ name: 'reconcile', identity: 'keeper' }),
    }),
  };
  const api = clusterApi(cluster.admin);
  return {
    ...functions,
    api,
    eventBridge,
    stop: async () => {
      functions.fireJob.stop();
      functions.reconcile.stop();
      api.close();
      await eventBridge.stop();
      await stop();
      await rm(directory, { recursive: true });
    },
  };
}

async function bundleChild(deployment: Deployment, directory: string): Promise<void> {
  await build({
    entryPoints: [join(root, 'test/simulation/support/killable-child.ts')],
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    ...deployment.bundling,
  });
}
