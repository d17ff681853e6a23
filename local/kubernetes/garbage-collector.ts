import { deleteObject, FOREGROUND } from './deletes.ts';
import type { KubeObject } from './object.ts';
import type { Registry } from './registry.ts';
import type { ResourceType } from './resources.ts';
import type { Kind, Store } from './store.ts';
import { newWorkQueue } from './work-queue.ts';

type Known = { readonly of: Kind; readonly object: KubeObject };

/**
 * Deletes objects whose owners are gone, in the background, also those whose owner never was there. An object with
 * several owners stays as long as one of them does. The returned function ends it.
 */
export function startGarbageCollector(store: Store, registry: Registry): () => void {
  const known = new Map<string, Known>();
  const dependents = new Map<string, Set<string>>();

  const typeOf = ({ group, plural }: Kind): ResourceType | undefined =>
    registry.all().find((type) => type.group === group && type.plural === plural);

  const isOrphan = ({ metadata }: KubeObject): boolean =>
    (metadata.ownerReferences ?? []).length > 0 &&
    !metadata.ownerReferences?.some(({ uid, name, kind }) => {
      const owner = known.get(uid)?.object;
      return owner?.metadata.name === name && owner.kind === kind;
    });

  const remove = ({ of, object }: Known, propagationPolicy = 'Background'): void => {
    const type = typeOf(of);
    const { namespace = '', name, deletionTimestamp } = object.metadata;
    if (type === undefined || deletionTimestamp !== undefined) return;
    deleteObject(store, { type, namespace, name }, { propagationPolicy });
  };

  const queue = newWorkQueue((uid) => {
    const entry = known.get(uid);
    if (entry === undefined) return;
    if (isOrphan(entry.object)) remove(entry);
    else if (waitsForDependents(entry.object)) finishForeground(entry);
  });

  /** Deletes the dependents of an object that waits for them; it goes itself when none is left. */
  const finishForeground = ({ of, object }: Known): void => {
    const left = [...(dependents.get(object.metadata.uid) ?? [])].flatMap((uid) => known.get(uid) ?? []);
    for (const dependent of left) {
      const hasOwn = dependents.has(dependent.object.metadata.uid);
      remove(dependent, hasOwn ? 'Foreground' : 'Background');
    }
    if (left.length > 0) return;
    const finalizers = object.metadata.finalizers?.filter((finalizer) => finalizer !== FOREGROUND) ?? [];
    if (finalizers.length === 0) store.remove(of, object);
    else store.replace(of, { ...object, metadata: { ...object.metadata, finalizers } });
  };

  const stopListening = store.onChange(({ type, of, object }) => {
    const { uid, ownerReferences = [] } = object.metadata;
    if (type === 'DELETED') known.delete(uid);
    else known.set(uid, { of, object });
    for (const owner of ownerReferences) {
      const siblings = dependents.get(owner.uid) ?? new Set();
      if (type === 'DELETED') siblings.delete(uid);
      else siblings.add(uid);
      if (siblings.size === 0) dependents.delete(owner.uid);
      else dependents.set(owner.uid, siblings);
      queue.add(owner.uid);
    }
    queue.add(uid);
    if (type === 'DELETED') for (const dependent of dependents.get(uid) ?? []) queue.add(dependent);
  });

  return () => {
    stopListening();
    queue.stop();
  };
}

const waitsForDependents = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(FOREGROUND) === true;
