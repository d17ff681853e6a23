import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CoreV1Api, CustomObjectsApi, KubeConfig, KubernetesObjectApi } from '@kubernetes/client-node';
import { parseAllDocuments } from 'yaml';
import { realCluster } from '../local/cluster/real.ts';
import { eventually } from '../test/support/eventually.ts';
import { SPEC } from './raw-post.ts';
import type { Bench } from './run-task.ts';

/** Longest that the cluster may take to empty them, in ms. */
const GONE_MS = 15 * 60_000;

/**
 * Makes open spaces in which no pod can start (a quota of none, of TaskRuns neither), each with the app "bench"; removes them at the end.
 * The cluster is then busy with the requests that are measured, and with no container.
 */
export async function withBenchSpaces<T>(
  kubeconfig: string,
  count: number,
  work: (benches: readonly Bench[]) => Promise<T>,
): Promise<T> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const access = await realCluster(kubeconfig);
  const names = Array.from({ length: count }, () => `bench-${randomBytes(4).toString('hex')}`);
  try {
    const uids = await Promise.all(names.map((space) => openSpace(config, core, space)));
    return await work(names.map((space, index) => ({ space, appUid: uids[index] ?? '', access })));
  } finally {
    await Promise.allSettled(names.map((name) => core.deleteNamespace({ name })));
    // The cluster is busy with thousands of deletions until then: what is measured next would be slowed.
    await eventually(() => areGone(core, names), { withinMs: GONE_MS, what: 'the end of the spaces' });
  }
}

async function areGone(core: CoreV1Api, names: readonly string[]): Promise<true | undefined> {
  const { items } = await core.listNamespace();
  return items.some(({ metadata }) => names.includes(metadata?.name ?? '')) ? undefined : true;
}

/** The uid of its app. */
async function openSpace(config: KubeConfig, core: CoreV1Api, namespace: string): Promise<string> {
  await core.createNamespace({ body: { metadata: { name: namespace } } });
  await core.createNamespacedResourceQuota({
    namespace,
    body: { metadata: { name: 'no-pods' }, spec: { hard: { pods: '0', 'count/taskruns.tekton.dev': '0' } } },
  });
  await bindRoles(config, namespace);
  const app = await config.makeApiClient(CustomObjectsApi).createNamespacedCustomObject({
    group: 'taskbridge.dev',
    version: 'v1alpha1',
    namespace,
    plural: 'apps',
    body: { apiVersion: 'taskbridge.dev/v1alpha1', kind: 'App', metadata: { name: 'bench' }, spec: SPEC },
  });
  return app.metadata.uid;
}

async function bindRoles(config: KubeConfig, namespace: string): Promise<void> {
  const objects = KubernetesObjectApi.makeApiClient(config);
  const file = new URL('../cluster/space/role-bindings.yaml', import.meta.url);
  for (const document of parseAllDocuments(await readFile(file, 'utf8'))) {
    const binding = document.toJS();
    await objects.create({ ...binding, metadata: { ...binding.metadata, namespace } });
  }
}
