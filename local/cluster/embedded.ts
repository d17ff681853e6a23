import { stringify } from 'yaml';
import type { Data } from '../data/data.ts';
import { identityOf, portsOf } from '../data/identity.ts';
import { listenAgain } from '../http-server.ts';
import { applyManifests } from '../kubernetes/apply.ts';
import { startGarbageCollector } from '../kubernetes/garbage-collector.ts';
import { createKeptStore, keptTokens } from '../kubernetes/kept-objects.ts';
import { startKubelet } from '../kubernetes/kubelet/kubelet.ts';
import { startNamespaceController } from '../kubernetes/namespace-controller.ts';
import { createPager } from '../kubernetes/pages.ts';
import { createRegistry } from '../kubernetes/registry.ts';
import { createApiServer } from '../kubernetes/server.ts';
import { createStore } from '../kubernetes/store.ts';
import { createTokens } from '../kubernetes/tokens.ts';
import { withBuildTools } from '../lifecycle/tools.ts';
import { startRunEvents } from '../tekton/events.ts';
import { startPipelineRunController } from '../tekton/pipeline-runs.ts';
import { startTaskRunController } from '../tekton/task-runs.ts';
import { tektonWebhook } from '../tekton/webhook.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const DEFAULT_NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };

/** Namespace and version ConfigMap of an installed Tekton. */
const TEKTON = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tekton-pipelines' } },
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'pipelines-info', namespace: 'tekton-pipelines' },
    data: { version: 'v1.15.1' },
  },
];

type Admin = { readonly url: string; readonly ca: string; readonly token: string };

export type EmbeddedCluster = {
  /** `https://127.0.0.1:PORT` */
  readonly url: string;
  /** Certificate of its authority, in PEM. */
  readonly ca: string;
  /** Connection of the cluster admin. */
  readonly admin: Admin;
  /** A kubeconfig of the cluster admin for `kubectl --kubeconfig`, in YAML. Whoever reads it runs commands here. */
  readonly kubeconfig: string;
  /** Number of pods that were running when the cluster of this data last stopped. They have failed. */
  readonly lostPods: number;
  /** Issues a bearer token of a service account that expires after an hour. Throws if the account does not exist. */
  token(serviceAccount: { namespace: string; name: string }): string;
  /** Creates or replaces objects as cluster admin. Rejects with the API server's error. */
  apply(manifests: readonly unknown[]): Promise<void>;
  /** Stops every task's processes (SIGTERM, then SIGKILL after the grace period), then the server. */
  stop(): Promise<void>;
};

export type EmbeddedClusterOptions = {
  /**
   * Folder for working directories and logs of tasks. A pod's files are removed with the pod; the caller removes the
   * rest.
   */
  readonly directory: string;
  /** Objects that exist from the start. */
  readonly manifests?: readonly unknown[];
  /** Keeps objects, tokens and the logs in `directory` for the next start. Default: they are in memory. */
  readonly data?: Data | undefined;
};

/**
 * Starts a Kubernetes API server with Tekton in this process, on 127.0.0.1 only. Tasks are processes of this machine. It behaves
 * as Kubernetes 1.34 and Tekton 1.15 do, and rejects what it does not support.
 */
export async function startEmbeddedCluster(options: EmbeddedClusterOptions): Promise<EmbeddedCluster> {
  const { directory, manifests = [], data } = options;
  const { adminToken, certificate } = identityOf(data);
  const store = data === undefined ? createStore() : createKeptStore(data);
  const registry = createRegistry(store);
  const tokens = createTokens(store, adminToken, data && keptTokens(data));
  const context = { store, admission: tektonWebhook };
  const searchPath = await withBuildTools(process.env.PATH ?? DEFAULT_PATH, directory);
  const kubelet = await startKubelet({ store, directory, searchPath, isKept: data !== undefined });
  const controllers = [
    startNamespaceController(store, registry),
    startGarbageCollector(store, registry),
    startPipelineRunController(store),
    startTaskRunController(store),
    startRunEvents(store),
  ];
  applyManifests(context, registry, [DEFAULT_NAMESPACE, ...TEKTON, ...manifests]);

  const api = { ...context, registry, tokens, pager: createPager(store), readLog: kubelet.readLog };
  const { url, close } = await listenAgain(createApiServer(api, certificate), 'kubernetes', portsOf(data));
  const admin = { url, ca: certificate.cert, token: tokens.admin };

  return {
    url,
    ca: certificate.cert,
    admin,
    kubeconfig: kubeconfigFor(admin),
    lostPods: kubelet.lostPods,
    token: tokens.issue,
    apply: async (more) => applyManifests(context, registry, more),
    stop: async () => {
      // Controllers stop first, so that none creates a pod while pods are being stopped.
      for (const stopController of controllers) stopController();
      const closed = close();
      data?.stopRecording();
      await Promise.all([closed, kubelet.stop()]);
    },
  };
}

const kubeconfigFor = ({ url, ca, token }: Admin): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'taskbridge',
        cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') },
      },
    ],
    users: [{ name: 'admin', user: { token } }],
    contexts: [{ name: 'taskbridge', context: { cluster: 'taskbridge', user: 'admin' } }],
    'current-context': 'taskbridge',
  });
