import { type Access, denialMessage, mayAccess, type User } from './authorizer.ts';
import type { ResourcePath } from './request.ts';
import { NAMESPACES } from './resources.ts';
import { forbidden } from './status.ts';
import type { Store } from './store.ts';

/** Throws 403 unless RBAC allows the user this verb of a path. */
export function authorize(
  store: Store,
  user: User,
  verb: string,
  { type, namespace, name = '', subresource }: ResourcePath,
  query: URLSearchParams,
): void {
  const access: Access = {
    verb,
    group: type.group,
    resource: subresource === undefined ? type.plural : `${type.plural}/${subresource}`,
    // A namespace is itself a cluster-scoped object.
    namespace: type === NAMESPACES ? name || undefined : namespace,
    name: name || selectedName(verb, query),
  };
  if (mayAccess(store, user, access)) return;
  throw forbidden(denialMessage(user, access), { name: access.name, group: type.group, kind: type.plural });
}

/** RBAC takes the single name that a list or watch selects for the resource name (apiserver's requestinfo.go). */
const selectedName = (verb: string, query: URLSearchParams): string | undefined =>
  verb === 'list' || verb === 'watch'
    ? /(?:^|,)metadata\.name==?([^,=!]+)/.exec(query.get('fieldSelector') ?? '')?.[1]
    : undefined;
