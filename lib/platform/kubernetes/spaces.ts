import * as v from 'valibot';
import { DomainError } from '../errors.ts';
import { PAGE_SIZE, paginate, toArray } from '../paginate.ts';
import type { Spaces } from '../ports.ts';
import type { Connection } from './client.ts';
import { callApi } from './errors.ts';
import { continueAt } from './objects.ts';

/** The reader's RoleBinding, which opens a namespace (cluster/space/). */
const BINDING = 'taskbridge-reader';

const BINDINGS = { group: 'rbac.authorization.k8s.io', version: 'v1', plural: 'rolebindings' };

const Bindings = v.object({
  metadata: v.object({ continue: v.optional(v.string()) }),
  items: v.array(v.object({ metadata: v.object({ namespace: v.string() }) })),
});

/**
 * Spaces by the binding that opens each. RBAC allows a list of one name where the request selects that name, so the
 * reader learns of no other binding and of no namespace that is closed.
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
