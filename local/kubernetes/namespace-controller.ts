import { deleteObject } from './deletes.ts';
import type { Registry } from './registry.ts';
import { NAMESPACES, SERVICE_ACCOUNTS } from './resources.ts';
import { isKind, type Store } from './store.ts';
import { createWorkQueue } from './work-queue.ts';

/**
 * Creates the service account `default` in each namespace, and empties and removes namespaces that are being deleted.
 * The returned function stops the controller.
 */
export function startNamespaceController(store: Store, registry: Registry): () => void {
  const contentsOf = (namespace: string) =>
    registry
      .all()
      .filter(({ namespaced }) => namespaced)
      .flatMap((type) =>
        store
          .all(type)
          .filter(({ metadata }) => metadata.namespace === namespace)
          .map((object) => ({ type, object })),
      );

  const queue = createWorkQueue((name) => {
    const namespace = store.get(NAMESPACES, '', name);
    if (namespace === undefined) return;
    if (namespace.metadata.deletionTimestamp === undefined) {
      ensureServiceAccount(store, name);
      return;
    }
    const contents = contentsOf(name);
    for (const { type, object } of contents) {
      if (object.metadata.deletionTimestamp !== undefined) continue;
      deleteObject(store, { type, namespace: name, name: object.metadata.name }, {});
    }
    if (contentsOf(name).length === 0) store.remove(NAMESPACES, namespace);
  });

  const stopListening = store.follow(({ type, of, object }) => {
    if (isKind(of, NAMESPACES)) queue.add(object.metadata.name);
    else if (type === 'DELETED' && object.metadata.namespace !== undefined)
      queue.add(object.metadata.namespace);
  });

  return () => {
    stopListening();
    queue.stop();
  };
}

/** Creates the service account if it does not exist. */
function ensureServiceAccount(store: Store, namespace: string): void {
  store.create(SERVICE_ACCOUNTS, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: 'default', namespace },
  });
}
