import * as v from 'valibot';
import { DomainError } from '../platform/errors.ts';
import { CORE, type Connection } from '../platform/kubernetes/client.ts';
import { callApi } from '../platform/kubernetes/errors.ts';
import { continueAt } from '../platform/kubernetes/objects.ts';
import { TASK_SERVICE_ACCOUNT } from '../platform/labels.ts';
import { PAGE_SIZE, paginate, toArray } from '../platform/paginate.ts';
import { type Placements, toAllowedPlacement } from './allowed-placement.ts';
import type { Spaces } from './list.ts';
import { type Parameters, toAllowed } from './parameters.ts';
import type { ServiceAccounts } from './push.ts';

/** The reader's RoleBinding, which opens a namespace (cluster/space/). */
const BINDING = 'taskbridge-reader';

const BINDINGS = { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'rolebindings' };

const Bindings = v.object({
  metadata: v.object({ continue: v.optional(v.string()) }),
  items: v.array(v.object({ metadata: v.object({ namespace: v.string() }) })),
});

/**
 * Lists open namespaces by the RoleBinding that opens each. RBAC allows a list with `metadata.name` as its selector, so
 * the reader sees no other binding and no namespace that is not open.
 */
export const kubernetesSpaces = ({ custom }: Connection): Spaces => ({
  list: () =>
    toArray(
      paginate(async (after?: string) => {
        const page = { fieldSelector: `metadata.name=${BINDING}`, limit: PAGE_SIZE, ...continueAt(after) };
        const list = await callApi<unknown>(
          { space: '', what: 'Spaces' },
          () => custom.listClusterCustomObject({ ...BINDINGS, ...page }),
          ({ code }) => {
            if (code === 403) throw new DomainError('forbidden', NO_RIGHT);
            return undefined;
          },
        );
        const { metadata, items } = v.parse(Bindings, list);
        return { items: items.map((item) => item.metadata.namespace), next: metadata.continue || undefined };
      }),
    ),
});

const NO_RIGHT =
  "The cluster's roles are of an older version, which can't list spaces: apply cluster/ again, or name the space.";

const ServiceAccount = v.object({
  metadata: v.object({ labels: v.optional(v.record(v.string(), v.string()), {}) }),
});

/** Reads the ServiceAccounts of namespaces. */
export const kubernetesServiceAccounts = ({ custom }: Connection): ServiceAccounts => ({
  async allowsTasks(space, name) {
    const found = await callApi<unknown>(
      { space, what: `Service account "${name}"` },
      () => custom.getNamespacedCustomObject({ ...CORE, plural: 'serviceaccounts', namespace: space, name }),
      ({ code }) => (code === 404 ? null : undefined),
    );
    return found !== null && v.parse(ServiceAccount, found).metadata.labels[TASK_SERVICE_ACCOUNT] === 'true';
  },
});

const Annotated = v.object({
  metadata: v.object({ annotations: v.optional(v.record(v.string(), v.string()), {}) }),
});

/** Reads the parameters of the admission policies. Without them, as where no policies are installed, any value is allowed. */
export const kubernetesParameters = ({ custom }: Connection): Parameters & Placements => ({
  async placementIn(space) {
    const found = await callApi<unknown>(
      { space, what: 'The namespace' },
      () => custom.getClusterCustomObject({ ...CORE, plural: 'namespaces', name: space }),
      ({ code }) => {
        if (code === 403) throw new DomainError('forbidden', NO_NAMESPACE);
        return undefined;
      },
    );
    return toAllowedPlacement(v.parse(Annotated, found).metadata.annotations);
  },

  async allowedIn(space) {
    const found = await callApi<unknown>(
      { space: 'taskbridge', what: 'The parameters of the policies' },
      () =>
        custom.getNamespacedCustomObject({
          ...CORE,
          plural: 'podtemplates',
          namespace: 'taskbridge',
          name: 'run-parameters',
        }),
      ({ code }) => {
        if (code === 403) throw new DomainError('forbidden', NO_PARAMETERS);
        return code === 404 ? null : undefined;
      },
    );
    return toAllowed(found === null ? {} : v.parse(Annotated, found).metadata.annotations, space);
  },
});

const NO_NAMESPACE =
  "The space is not open, or the cluster's roles are of an older version, which can't read what placement is allowed: apply cluster/ again.";

const NO_PARAMETERS =
  "The cluster's roles are of an older version, which can't read what labels and security groups are allowed: apply cluster/ again.";
