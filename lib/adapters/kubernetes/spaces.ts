import * as v from 'valibot';
import { DomainError } from '../../domain/errors.ts';
import { PAGE_SIZE, paginate, toArray } from '../../domain/paginate.ts';
import type { Spaces } from '../../ports.ts';
import type { Connection } from './connection.ts';
import { domainErrorOf, failureOf } from './failure.ts';

/** The reader's RoleBinding, which opens a namespace (cluster/space/). */
const BINDING = 'taskbridge-reader';

const PATH = '/apis/rbac.authorization.k8s.io/v1/rolebindings';

const Bindings = v.object({
  metadata: v.object({ continue: v.optional(v.string()) }),
  items: v.array(v.object({ metadata: v.object({ namespace: v.string() }) })),
});

/**
 * Spaces by the binding that opens each. RBAC allows a list of one name where the request selects that name, so the
 * reader learns of no other binding and of no namespace that is closed.
 */
export const kubernetesSpaces = ({ core }: Connection): Spaces => ({
  list: () =>
    toArray(
      paginate(async (after?: string) => {
        const query = new URLSearchParams({
          fieldSelector: `metadata.name=${BINDING}`,
          limit: String(PAGE_SIZE),
          ...(after === undefined ? {} : { continue: after }),
        });
        const { status, text } = await core({ method: 'GET', path: `${PATH}?${query}` });
        if (status === 403) throw new DomainError('forbidden', NO_RIGHT);
        if (status !== 200) throw domainErrorOf(failureOf(status, text), { space: '', what: 'Spaces' });
        const { metadata, items } = v.parse(Bindings, JSON.parse(text));
        return { items: items.map((item) => item.metadata.namespace), next: metadata.continue || undefined };
      }),
    ),
});

const NO_RIGHT =
  "The cluster's roles are of an older version, which can't list spaces: apply cluster/ again, or name the space.";
