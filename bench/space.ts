import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CoreV1Api, CustomObjectsApi, KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { realCluster } from '../local/real-cluster.ts';
import { type Bench, SPEC } from './run-task.ts';

/**
 * Makes an open space in which no pod can start (a quota of none), with the app "bench"; removes it at the end. The
 * cluster is then busy with the requests that are measured, and with no container.
 */
export async function withBenchSpace<T>(kubeconfig: string, work: (bench: Bench) => Promise<T>): Promise<T> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const space = `bench-${randomBytes(4).toString('hex')}`;
  await core.createNamespace({ body: { metadata: { name: space } } });
  try {
    await core.createNamespacedResourceQuota({
      namespace: space,
      body: { metadata: { name: 'no-pods' }, spec: { hard: { pods: '0' } } },
    });
    await bindRoles(config, space);
    const app = await config.makeApiClient(CustomObjectsApi).createNamespacedCustomObject({
      group: 'taskbridge.dev',
      version: 'v1alpha1',
      namespace: space,
      plural: 'apps',
      body: { apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App', metadata: { name: 'bench' }, spec: SPEC },
    });
    return await work({ space, appUid: app.metadata.uid, access: await realCluster(kubeconfig) });
  } finally {
    await core.deleteNamespace({ name: space });
  }
}

async function bindRoles(config: KubeConfig, namespace: string): Promise<void> {
  const objects = KubernetesObjectApi.makeApiClient(config);
  const file = new URL('../cluster/space/role-bindings.yaml', import.meta.url);
  for (const document of parseAllDocuments(await readFile(file, 'utf8'))) {
    const binding = document.toJS();
    await objects.create({ ...binding, metadata: { ...binding.metadata, namespace } });
  }
}
