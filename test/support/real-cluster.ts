import { randomBytes } from 'node:crypto';
import { readBase } from '../../local/cluster/set-up.ts';
import { type ClusterApi, clusterApi } from './cluster-api.ts';
import { eventually } from './eventually.ts';
import type { Connection } from './http-client.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { clusterListPath, NAMESPACES, objectPath } from './paths.ts';

const IDENTITIES_NAMESPACE = 'taskbridge';
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

/** Longer than a run of the suites. */
const TOKEN_SECONDS = 3600;

type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

const PLURAL: Readonly<Record<string, string>> = {
  CustomResourceDefinition: 'customresourcedefinitions',
  Namespace: 'namespaces',
  ServiceAccount: 'serviceaccounts',
  PodTemplate: 'podtemplates',
  Role: 'roles',
  RoleBinding: 'rolebindings',
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  ValidatingAdmissionPolicy: 'validatingadmissionpolicies',
  ValidatingAdmissionPolicyBinding: 'validatingadmissionpolicybindings',
};

/** Connection to a real cluster; `release` removes the objects that `connectRealCluster` created. */
export type RealCluster = {
  readonly connection: Connection;
  readonly tokens: Readonly<Record<'reader' | 'runner' | 'keeper' | 'admin', string>>;
  release(): Promise<void>;
};

/**
 * Applies cluster/ to the cluster of KUBECONFIG, as this tree has it, and gets tokens for the identities and for an
 * admin of its own. Throws when KUBECONFIG is missing, or when its user may not do that.
 */
export async function connectRealCluster(kubeconfig: string | undefined): Promise<RealCluster> {
  if (kubeconfig === undefined || kubeconfig === '') {
    throw new Error(
      'KUBECONFIG is not set. It names the file of a cluster with Tekton that tests may write to.',
    );
  }
  const connection = await readKubeconfig(kubeconfig);
  const user = clusterApi(connection);
  await applyCluster(user);
  const { namespace, binding } = await makeAdmin(user);
  const [reader, runner, keeper, admin] = await Promise.all([
    tokenOf(user, IDENTITIES_NAMESPACE, 'reader'),
    tokenOf(user, IDENTITIES_NAMESPACE, 'runner'),
    tokenOf(user, IDENTITIES_NAMESPACE, 'keeper'),
    tokenOf(user, namespace, 'default'),
  ]);
  return {
    connection,
    tokens: { reader, runner, keeper, admin },
    release: async () => {
      await removed(user, `${RBAC}/clusterrolebindings/${binding}`);
      await removed(user, `${NAMESPACES}/${namespace}`);
      user.close();
    },
  };
}

/** Server-side apply: a second time, or where `kubectl apply -k` was first, changes nothing. */
async function applyCluster(user: ClusterApi): Promise<void> {
  for (const manifest of await readBase('.')) await apply(user, manifest as Manifest);
  await Promise.all(
    [clusterListPath('apps'), clusterListPath('jobs')].map((path) =>
      eventually(async () => ((await user.get(path)).status === 200 ? true : undefined), {
        what: `GET ${path}`,
      }),
    ),
  );
}

async function apply(user: ClusterApi, manifest: Manifest): Promise<void> {
  const { apiVersion, kind, metadata } = manifest;
  const group = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  const namespace = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  const answer = await user.send('PATCH', `${group}${namespace}/${PLURAL[kind]}/${metadata.name}`, {
    body: manifest,
    type: 'application/apply-patch+yaml',
    query: { fieldManager: 'taskbridge-contract', force: true },
  });
  if (answer.status > 201) throw new Error(`apply ${kind} ${metadata.name}: ${answer.status} ${answer.text}`);
}

async function makeAdmin(user: ClusterApi): Promise<{ namespace: string; binding: string }> {
  const namespace = `contract-admin-${randomBytes(4).toString('hex')}`;
  await created(user, NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  await created(user, `${RBAC}/clusterrolebindings`, {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name: namespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace }],
  });
  await eventually(
    async () =>
      (await user.get(objectPath('serviceaccounts', namespace, 'default'))).status === 200 ? true : undefined,
    { what: `the service account of ${namespace}` },
  );
  return { namespace, binding: namespace };
}

async function created(user: ClusterApi, path: string, body: object): Promise<void> {
  const { status, text } = await user.create(path, body);
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text}`);
}

async function removed(user: ClusterApi, path: string): Promise<void> {
  const { status, text } = await user.delete(path);
  if (status !== 200) throw new Error(`DELETE ${path}: ${status} ${text}`);
}

async function tokenOf(user: ClusterApi, namespace: string, name: string): Promise<string> {
  const { status, body, text } = await user.create(objectPath('serviceaccounts', namespace, name, 'token'), {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: TOKEN_SECONDS },
  });
  if (status !== 201) throw new Error(`Token of ${namespace}/${name}: ${status} ${text}`);
  return body.status.token ?? '';
}
