import type { ResourceType } from './resource-type.ts';
import {
  builtIn,
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  CONFIG_MAPS,
  CUSTOM_RESOURCE_DEFINITIONS,
  EVENTS,
  NAMESPACES,
  PIPELINE_RUNS,
  POD_TEMPLATES,
  PODS,
  ROLE_BINDINGS,
  ROLES,
  SECRETS,
  SERVICE_ACCOUNTS,
  TASK_RUNS,
} from './resources.ts';
import { REVIEWS } from './reviews.ts';

const ADMISSION_POLICY = { group: 'admissionregistration.k8s.io', namespaced: false };

/** Stored and listed, not evaluated: there is no CEL here. RBAC alone limits the identities on this cluster. */
const ADMISSION_POLICIES: readonly ResourceType[] = [
  builtIn({
    ...ADMISSION_POLICY,
    plural: 'validatingadmissionpolicies',
    kind: 'ValidatingAdmissionPolicy',
    fields: ['spec', 'status'],
  }),
  builtIn({
    ...ADMISSION_POLICY,
    plural: 'validatingadmissionpolicybindings',
    kind: 'ValidatingAdmissionPolicyBinding',
    fields: ['spec'],
  }),
];

/** Kinds that are served without a CRD. */
export const BUILT_IN: readonly ResourceType[] = [
  CONFIG_MAPS,
  EVENTS,
  NAMESPACES,
  POD_TEMPLATES,
  PODS,
  SECRETS,
  SERVICE_ACCOUNTS,
  CUSTOM_RESOURCE_DEFINITIONS,
  CLUSTER_ROLE_BINDINGS,
  CLUSTER_ROLES,
  ROLE_BINDINGS,
  ROLES,
  ...ADMISSION_POLICIES,
  ...REVIEWS,
  PIPELINE_RUNS,
  TASK_RUNS,
];
