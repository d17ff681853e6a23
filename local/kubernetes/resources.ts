import { CRD_COLUMNS, columnsOf } from './columns.ts';
import type { ResourceType, Verb } from './resource-type.ts';

/** Verbs of objects that clients create. */
export const ALL_VERBS: readonly Verb[] = [
  'create',
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'update',
  'watch',
];

/** Verbs of objects that controllers create: clients read and delete them. */
const CHILD_VERBS: readonly Verb[] = ['delete', 'deletecollection', 'get', 'list', 'watch'];

/** Verbs of the status subresource. */
export const STATUS_VERBS = ['get', 'patch', 'update'];

type BuiltIn = Pick<ResourceType, 'plural' | 'kind'> & Partial<ResourceType>;

/** Defines a kind that is served without a CRD. */
export const builtIn = ({ group = '', version = 'v1', ...rest }: BuiltIn): ResourceType => ({
  group,
  version,
  singular: rest.kind.toLowerCase(),
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ALL_VERBS,
  subresources: {},
  columns: columnsOf(rest.kind),
  custom: false,
  ...rest,
});

export const NAMESPACES = builtIn({
  plural: 'namespaces',
  kind: 'Namespace',
  shortNames: ['ns'],
  namespaced: false,
  fields: ['spec', 'status'],
  verbs: ALL_VERBS.filter((verb) => verb !== 'deletecollection'),
});

export const PODS = builtIn({
  plural: 'pods',
  kind: 'Pod',
  shortNames: ['po'],
  categories: ['all'],
  fields: ['spec', 'status'],
  verbs: CHILD_VERBS,
  subresources: { log: ['get'] },
});

export const EVENTS = builtIn({
  plural: 'events',
  kind: 'Event',
  shortNames: ['ev'],
  fields: [
    ...['involvedObject', 'reason', 'message', 'source', 'firstTimestamp', 'lastTimestamp', 'count', 'type'],
    ...['eventTime', 'series', 'action', 'related', 'reportingComponent', 'reportingInstance'],
  ],
  selectable: [
    ...['kind', 'namespace', 'name', 'uid', 'apiVersion'].map((field) => `involvedObject.${field}`),
    ...['reason', 'type', 'reportingComponent'],
  ],
});

export const SECRETS = builtIn({
  plural: 'secrets',
  kind: 'Secret',
  fields: ['data', 'stringData', 'type', 'immutable'],
});

export const CONFIG_MAPS = builtIn({
  plural: 'configmaps',
  kind: 'ConfigMap',
  shortNames: ['cm'],
  fields: ['data', 'binaryData', 'immutable'],
});

export const POD_TEMPLATES = builtIn({ plural: 'podtemplates', kind: 'PodTemplate', fields: ['template'] });

export const SERVICE_ACCOUNTS = builtIn({
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  shortNames: ['sa'],
  fields: ['secrets', 'imagePullSecrets', 'automountServiceAccountToken'],
  subresources: { token: ['create'] },
});

const RBAC = 'rbac.authorization.k8s.io';

export const ROLES = builtIn({ group: RBAC, plural: 'roles', kind: 'Role', fields: ['rules'] });

export const CLUSTER_ROLES = builtIn({
  group: RBAC,
  plural: 'clusterroles',
  kind: 'ClusterRole',
  namespaced: false,
  fields: ['rules', 'aggregationRule'],
});

export const ROLE_BINDINGS = builtIn({
  group: RBAC,
  plural: 'rolebindings',
  kind: 'RoleBinding',
  fields: ['roleRef', 'subjects'],
});

export const CLUSTER_ROLE_BINDINGS = builtIn({
  group: RBAC,
  plural: 'clusterrolebindings',
  kind: 'ClusterRoleBinding',
  namespaced: false,
  fields: ['roleRef', 'subjects'],
});

export const CUSTOM_RESOURCE_DEFINITIONS = builtIn({
  group: 'apiextensions.k8s.io',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  fields: ['spec', 'status'],
  columns: CRD_COLUMNS,
});

const any = { 'x-kubernetes-preserve-unknown-fields': true };

/** The field definitions of the PipelineRun CRD; Tekton's webhook validates the rest. */
const PIPELINE_RUN_SCHEMA = {
  properties: {
    spec: {
      properties: {
        managedBy: any,
        params: any,
        pipelineRef: any,
        pipelineSpec: any,
        status: any,
        taskRunSpecs: any,
        taskRunTemplate: any,
        timeouts: any,
        workspaces: any,
      },
    },
    status: any,
  },
};

const TEKTON = { group: 'tekton.dev', categories: ['tekton', 'tekton-pipelines'], custom: true };

export const PIPELINE_RUNS = builtIn({
  ...TEKTON,
  plural: 'pipelineruns',
  kind: 'PipelineRun',
  shortNames: ['pr', 'prs'],
  schema: PIPELINE_RUN_SCHEMA,
  subresources: { status: STATUS_VERBS },
});

/** Only the controller creates TaskRuns here; others may change the labels and the status of one. */
export const TASK_RUNS = builtIn({
  ...TEKTON,
  plural: 'taskruns',
  kind: 'TaskRun',
  shortNames: ['tr', 'trs'],
  fields: ['spec', 'status'],
  verbs: [...CHILD_VERBS, 'patch'],
  subresources: { status: STATUS_VERBS },
});
