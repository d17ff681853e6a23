import type { KubeObject } from './object.ts';
import type { Change, Kind } from './store.ts';

export type GraphNode = { readonly of: Kind; readonly object: KubeObject };

/** Graph of owners and dependents by uid. */
export type Owners = {
  /** Applies a change; returns the uids that may be affected. */
  update(change: Change): readonly string[];
  find(uid: string): GraphNode | undefined;
  dependentsOf(uid: string): readonly GraphNode[];
  /** Tests if an object has owners, none of which exists. */
  isOrphan(object: KubeObject): boolean;
};

/** Creates an empty graph. Owners may be unknown or appear later. */
export function createOwners(): Owners {
  const known = new Map<string, GraphNode>();
  const dependents = new Map<string, Set<string>>();

  const relate = (owner: string, dependent: string, isThere: boolean): void => {
    const siblings = dependents.get(owner) ?? new Set();
    if (isThere) siblings.add(dependent);
    else siblings.delete(dependent);
    if (siblings.size > 0) dependents.set(owner, siblings);
    else dependents.delete(owner);
  };

  return {
    update: ({ type, of, object }) => {
      const { uid, ownerReferences = [] } = object.metadata;
      if (type === 'DELETED') known.delete(uid);
      else known.set(uid, { of, object });
      for (const owner of ownerReferences) relate(owner.uid, uid, type !== 'DELETED');
      const below = type === 'DELETED' ? (dependents.get(uid) ?? []) : [];
      return [uid, ...ownerReferences.map((owner) => owner.uid), ...below];
    },
    find: (uid) => known.get(uid),
    dependentsOf: (uid) => [...(dependents.get(uid) ?? [])].flatMap((one) => known.get(one) ?? []),
    isOrphan: ({ metadata: { ownerReferences = [] } }) =>
      ownerReferences.length > 0 &&
      !ownerReferences.some(({ uid, name, kind }) => {
        const owner = known.get(uid)?.object;
        return owner?.metadata.name === name && owner.kind === kind;
      }),
  };
}
