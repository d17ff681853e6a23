import { readFile } from 'node:fs/promises';
import { type Cluster, CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { clusterBuilds } from '../lifecycle/builds.ts';
import { type ClusterAccess, IDENTITIES_NAMESPACE } from './access.ts';

/** Lifetime of a token in seconds. `local/cloud.ts` renews it well before. */
const TOKEN_SECONDS = 3600;

/**
 * Access to the cluster of a kubeconfig. The functions work as the three service accounts of cluster/, never as the
 * kubeconfig's user, who only requests their tokens. Throws with instructions if the accounts do not exist.
 */
export async function realCluster(kubeconfig: string): Promise<ClusterAccess> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw new Error(
      `${kubeconfig} has no current context with a cluster. Set one with kubectl config use-context.`,
    );
  const core = config.makeApiClient(CoreV1Api);

  return {
    endpoint: cluster.server.replace(/\/+$/, ''),
    ca: await authorityOf(cluster),
    builds: clusterBuilds(process.env),
    token: async (identity) => {
      const request = {
        name: identity,
        namespace: IDENTITIES_NAMESPACE,
        body: { spec: { audiences: [], expirationSeconds: TOKEN_SECONDS } },
      };
      const { status } = await core.createNamespacedServiceAccountToken(request).catch((error: unknown) => {
        throw new Error(tokenErrorMessage(identity, cluster, error));
      });
      return status?.token ?? '';
    },
  };
}

async function authorityOf({ caData, caFile }: Cluster): Promise<string | undefined> {
  if (caData !== undefined) return Buffer.from(caData, 'base64').toString();
  return caFile === undefined ? undefined : readFile(caFile, 'utf8');
}

function tokenErrorMessage(identity: string, { server }: Cluster, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 404) {
    return (
      `The cluster ${server} has no service account "${IDENTITIES_NAMESPACE}/${identity}".\n` +
      'Install the manifests once:   kubectl apply -k cluster/\n' +
      'Open a namespace for tasks:   kubectl apply -n NAMESPACE -k cluster/space/'
    );
  }
  return `Could not get a token for "${IDENTITIES_NAMESPACE}/${identity}" from ${server} (${code ?? 'no response'}). Check that your kubeconfig's user may create serviceaccounts/token there.`;
}
