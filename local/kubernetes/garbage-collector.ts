import { deleteObject, FOREGROUND } from './deletes.ts';
import type { KubeObject } from './object.ts';
import { createOwners, type GraphNode, type Owners } from './owners.ts';
import type { Registry } from './registry.ts';
import { isKind, type Store } from './store.ts';
import { createWorkQueue } from './work-queue.ts';

/**
 * Deletes objects without a living owner in the background, including those whose owner never existed. An object with
 * several owners stays as long as one of them exists. The returned function stops the collector.
 */
export function startGarbageCollector(store: Store, registry: Registry): () => void {
  const owners = createOwners();

  const queue = createWorkQueue((uid) => {
    const entry = owners.find(uid);
    if (entry === undefined) return;
    if (owners.isOrphan(entry.object)) remove(store, registry, entry, 'Background');
    else if (waitsForDependents(entry.object)) finishForeground(store, registry, owners, entry);
  });

  const stopListening = store.follow((change) => {
    for (const uid of owners.update(change)) queue.add(uid);
  });

  return () => {
    stopListening();
    queue.stop();
  };
}

const waitsForDependents = ({ metadata }: KubeObject): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(FOREGROUND) === true;

/** An object that is already being deleted is left alone. */
function remove(
  store: Store,
  registry: Registry,
  { of, object }: GraphNode,
  propagationPolicy: 'Background' | 'Foreground',
): void {
  const type = registry.all().find((served) => isKind(served, of));
  const { namespace = '', name, deletionTimestamp } = object.metadata;
  if (type === undefined || deletionTimestamp !== undefined) return;
  deleteObject(store, { type, namespace, name }, { propagationPolicy });
}

/** Deletes the dependents of an object with foreground deletion, and then the object. */
function finishForeground(store: Store, registry: Registry, owners: Owners, { of, object }: GraphNode): void {
  const left = owners.dependentsOf(object.metadata.uid);
  for (const dependent of left) {
    const hasOwn = owners.dependentsOf(dependent.object.metadata.uid).length > 0;
    remove(store, registry, dependent, hasOwn ? 'Foreground' : 'Background');
  }
  if (left.length > 0) return;
  const finalizers = object.metadata.finalizers?.filter((finalizer) => finalizer !== FOREGROUND) ?? [];
  if (finalizers.length === 0) store.remove(of, object);
  else store.replace(of, { ...object, metadata: { ...object.metadata, finalizers } });
}
