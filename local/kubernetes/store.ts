import { randomUUID } from 'node:crypto';
import { type KubeObject, namespacedName, type ObjectMeta, timestamp } from './object.ts';

/** Kind of objects in the store; the core group is empty. */
export type Kind = { readonly group: string; readonly plural: string };

export type Change = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly of: Kind;
  readonly object: KubeObject;
  readonly revision: number;
};

/** New object without the fields that the store sets (uid, resourceVersion, creationTimestamp). */
export type NewObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Omit<ObjectMeta, 'uid' | 'resourceVersion' | 'creationTimestamp'>;
  readonly [field: string]: unknown;
};

/** Objects in memory under one increasing revision, as in etcd. */
export type Store = {
  /** Newest resourceVersion. */
  revision(): number;
  get(of: Kind, namespace: string, name: string): KubeObject | undefined;
  /** All objects of a kind in etcd's order, by namespace and name. The array stays the same until one changes. */
  all(of: Kind): readonly KubeObject[];
  /** Creates an object; `undefined` if the name is taken. */
  create(of: Kind, object: NewObject): KubeObject | undefined;
  /** Writes the object with a new resourceVersion; `undefined` if it no longer exists, by its uid. */
  replace(of: Kind, object: KubeObject): KubeObject | undefined;
  /** Removes the object; a no-op if it no longer exists, by its uid. */
  remove(of: Kind, object: KubeObject): void;
  /** Calls a listener after each change, in order. A listener must not write. The returned function removes it. */
  onChange(listener: (change: Change) => void): () => void;
  /** Calls a listener with each object that exists, as ADDED, and then as {@link onChange} does. */
  follow(listener: (change: Change) => void): () => void;
  /** Changes after a revision; `undefined` if some of them are no longer kept. */
  since(revision: number): readonly Change[] | undefined;
};

/** Number of changes that are kept for watches from an earlier list. */
const HISTORY_LIMIT = 2_000;

/** Compares two kinds. */
export const isKind = (one: Kind, other: Kind): boolean =>
  one.group === other.group && one.plural === other.plural;

const kindKey = ({ group, plural }: Kind): string => `${group}/${plural}`;

/** Objects of an earlier store, by kind, and its revision. */
export type Contents = {
  readonly objects: readonly (readonly [Kind, KubeObject])[];
  readonly revision: number;
};

/** Creates a store, empty unless it goes on with the contents of an earlier one. `newUid` generates the uids. */
export function createStore(newUid: () => string = randomUUID, contents?: Contents): Store {
  const kinds = new Map<string, Map<string, KubeObject>>();
  const sorted = new Map<string, readonly KubeObject[]>();
  const listeners = new Set<(change: Change) => void>();
  const history: Change[] = [];
  let revision = contents?.revision ?? 1;

  const objectsOf = (of: Kind): Map<string, KubeObject> => {
    const objects = kinds.get(kindKey(of)) ?? new Map<string, KubeObject>();
    kinds.set(kindKey(of), objects);
    return objects;
  };
  for (const [of, object] of contents?.objects ?? []) objectsOf(of).set(namespacedName(object), object);

  const notify = (type: Change['type'], of: Kind, object: KubeObject): KubeObject => {
    sorted.delete(kindKey(of));
    const change = { type, of, object, revision };
    history.push(change);
    if (history.length > HISTORY_LIMIT) history.shift();
    for (const listener of [...listeners]) listener(change);
    return object;
  };

  const write = (type: Change['type'], of: Kind, object: KubeObject): KubeObject => {
    revision += 1;
    const written = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    objectsOf(of).set(namespacedName(written), written);
    return notify(type, of, written);
  };

  const onChange = (listener: (change: Change) => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };

  return {
    revision: () => revision,
    get: (of, namespace, name) => objectsOf(of).get(`${namespace}/${name}`),
    all: (of) => {
      const known = sorted.get(kindKey(of));
      if (known !== undefined) return known;
      const list = [...objectsOf(of)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
      sorted.set(kindKey(of), list);
      return list;
    },
    create: (of, object) => {
      const metadata = {
        ...object.metadata,
        uid: newUid(),
        resourceVersion: '',
        creationTimestamp: timestamp(),
      };
      const made: KubeObject = { ...object, metadata };
      return objectsOf(of).has(namespacedName(made)) ? undefined : write('ADDED', of, made);
    },
    replace: (of, object) => {
      const stored = objectsOf(of).get(namespacedName(object));
      return stored?.metadata.uid === object.metadata.uid ? write('MODIFIED', of, object) : undefined;
    },
    remove: (of, object) => {
      const stored = objectsOf(of).get(namespacedName(object));
      if (stored?.metadata.uid !== object.metadata.uid) return;
      objectsOf(of).delete(namespacedName(object));
      revision += 1;
      const metadata = { ...object.metadata, resourceVersion: String(revision) };
      notify('DELETED', of, { ...object, metadata });
    },
    onChange,
    follow: (listener) => {
      for (const [key, objects] of kinds) {
        const [group = '', plural = ''] = key.split('/');
        const of = { group, plural };
        for (const object of objects.values()) listener({ type: 'ADDED', of, object, revision });
      }
      return onChange(listener);
    },
    since: (from) => {
      const oldest = history[0]?.revision ?? revision + 1;
      return from < oldest - 1 ? undefined : history.filter((change) => change.revision > from);
    },
  };
}
