const PREFIX = {
  apps: '/apis/taskbridge.dev/v1alpha1',
  jobs: '/apis/taskbridge.dev/v1alpha1',
  pipelineruns: '/apis/tekton.dev/v1',
  taskruns: '/apis/tekton.dev/v1',
  pods: '/api/v1',
  secrets: '/api/v1',
  configmaps: '/api/v1',
  podtemplates: '/api/v1',
  serviceaccounts: '/api/v1',
  roles: '/apis/rbac.authorization.k8s.io/v1',
  rolebindings: '/apis/rbac.authorization.k8s.io/v1',
} as const;

export type Plural = keyof typeof PREFIX;

export const NAMESPACES = '/api/v1/namespaces';

/** Path of the objects of one kind in a namespace. */
export const listPath = (plural: Plural, namespace: string): string =>
  `${PREFIX[plural]}/namespaces/${namespace}/${plural}`;

/** Path of the objects of one kind in all namespaces. */
export const clusterListPath = (plural: Plural): string => `${PREFIX[plural]}/${plural}`;

/** Path of one object, or of a subresource of it. */
export const objectPath = (plural: Plural, namespace: string, name: string, subresource?: string): string =>
  [listPath(plural, namespace), name, ...(subresource === undefined ? [] : [subresource])].join('/');
