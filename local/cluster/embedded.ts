import { stringify } from 'yaml';
import { listen } from '../http-server.ts';
import { applyManifests } from '../kubernetes/apply.ts';
import { startGarbageCollector } from '../kubernetes/garbage-collector.ts';
import { startKubelet } from '../kubernetes/kubelet/kubelet.ts';
import { startNamespaceController } from '../kubernetes/namespace-controller.ts';
import { newPager } from '../kubernetes/pages.ts';
import { newRegistry } from '../kubernetes/registry.ts';
import { newApiServer } from '../kubernetes/server.ts';
import { newStore } from '../kubernetes/store.ts';
import { newTokens } from '../kubernetes/tokens.ts';
import { withTools } from '../lifecycle/tools.ts';
import { startPipelineRunController } from '../tekton/pipeline-runs.ts';
import { startTaskRunController } from '../tekton/task-runs.ts';
import { tektonWebhook } from '../tekton/webhook.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const DEFAULT_NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };

/** What an installed Tekton says of itself. */
const TEKTON = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tekton-pipelines' } },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'pipelines-info', namespace: 'tekton-pipelines' },
    data: { version: 'v1.15.1' },
  },
];

export type EmbeddedCluster = {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** A kubeconfig for `kubectl --kubeconfig`, in YAML. */
  readonly kubeconfig: string;
  /** A bearer token of a service account, as a TokenRequest gives it, good for an hour. Throws when it is not there. */
  token(serviceAccount: { namespace: string; name: string }): string;
  /** Creates or replaces objects, as admin. Rejects with the API's refusal. */
  apply(manifests: readonly unknown[]): Promise<void>;
  /** Ends every task's processes (SIGTERM, after the grace SIGKILL), then the server. */
  stop(): Promise<void>;
};

export type EmbeddedClusterOptions = {
  /** Where tasks have their working directories and logs. Each pod's files go with it; the caller removes the rest. */
  readonly directory: string;
  /** Default: any that is free. */
  readonly port?: number;
  /** What is there from the start. */
  readonly manifests?: readonly unknown[];
};

/**
 * A Kubernetes API with Tekton in this process, on 127.0.0.1 alone. Objects are in memory; tasks are processes of this
 * machine. What it answers is what Kubernetes 1.34 and Tekton 1.15 do; what it does not do, it refuses.
 */
export async function startEmbeddedCluster(options: EmbeddedClusterOptions): Promise<EmbeddedCluster> {
  const { directory, port = 0, manifests = [] } = options;
  const store = newStore();
  const registry = newRegistry(store);
  const tokens = newTokens(store);
  const context = { store, admission: tektonWebhook };
  const searchPath = await withTools(process.env.PATH ?? DEFAULT_PATH, directory);
  const kubelet = await startKubelet({ store, directory, searchPath });
  const controllers = [
    startNamespaceController(store, registry),
    startGarbageCollector(store, registry),
    startPipelineRunController(store),
    startTaskRunController(store),
  ];
  applyManifests(context, registry, [DEFAULT_NAMESPACE, ...TEKTON, ...manifests]);

  const api = { ...context, registry, tokens, pager: newPager(store), readLog: kubelet.readLog };
  const { url, close } = await listen(newApiServer(api), port);

  return {
    url,
    kubeconfig: kubeconfigFor(url),
    token: tokens.issue,
    apply: async (more) => applyManifests(context, registry, more),
    stop: async () => {
      // Controllers end first: none makes a pod again that ends now.
      for (const stopController of controllers) stopController();
      await Promise.all([close(), kubelet.stop()]);
    },
  };
}

const kubeconfigFor = (server: string): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'taskbridge', cluster: { server } }],
    users: [{ name: 'admin', user: {} }],
    contexts: [{ name: 'taskbridge', context: { cluster: 'taskbridge', user: 'admin' } }],
    'current-context': 'taskbridge',
  });
