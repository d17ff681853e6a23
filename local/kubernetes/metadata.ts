import type { Draft, KubeObject, ObjectMeta } from './object.ts';
import type { NewObject } from './store.ts';

/** Drops null and undefined fields. */
export function present<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> };
export function present(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** Metadata of a new object: the fields that a client may set, never null. */
export function newMetadata(metadata: Draft['metadata']): NewObject['metadata'] {
  const { name, generateName, namespace, generation, labels, annotations, ownerReferences, finalizers } =
    metadata;
  return {
    name: name ?? '',
    ...present({ generateName, namespace, generation, labels, annotations, ownerReferences, finalizers }),
  };
}

/** Metadata of an updated object: the four fields that a client may change; all others are kept. */
export function keptMetadata({ metadata }: Draft, old: KubeObject): ObjectMeta {
  const { labels: _, annotations: __, ownerReferences: ___, finalizers: ____, ...fixed } = old.metadata;
  const { labels, annotations, ownerReferences, finalizers } = metadata;
  return { ...fixed, ...present({ labels, annotations, ownerReferences, finalizers }) };
}
