import { randomUUID } from 'node:crypto';
import { type KubeObject, keyOf, type ObjectMeta, timestamp } from './object.ts';

/** Which kind of objects: `<group>/<plural>`; the core group is empty. */
export type Kind = { readonly group: string; readonly plural: string };

export type Change = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly of: Kind;
  readonly object: KubeObject;
  readonly revision: number;
};

/** A new object: what the store itself gives (uid, resourceVersion, creationTimestamp) is still missing. */
export type NewObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Omit<ObjectMeta, 'uid' | 'resourceVersion' | 'creationTimestamp'>;
  readonly [field: string]: unknown;
};

/** Objects in memory, under one rising counter, as etcd keeps them. */
export type Store = {
  /** The newest resourceVersion. */
  revision(): number;
  get(of: Kind, namespace: string, name: string): KubeObject | undefined;
  /** All of the kind in etcd's order: by namespace, then by name. The same array until one of them changes. */
  all(of: Kind): readonly KubeObject[];
  /** `undefined` when the name is taken. */
  create(of: Kind, object: NewObject): KubeObject | undefined;
  /** Writes the object under a new resourceVersion; `undefined` when it is not there any more, by its uid. */
  replace(of: Kind, object: KubeObject): KubeObject | undefined;
  /** Nothing happens when the object is not there any more, by its uid. */
  remove(of: Kind, object: KubeObject): void;
  /** Calls back after each change, in order; a listener writes nothing itself. The returned function ends it. */
  onChange(listener: (change: Change) => void): () => void;
  /** Changes after a revision; `undefined` when some of them are forgotten. */
  since(revision: number): readonly Change[] | undefined;
};

/** Changes that are kept for watches that begin at an earlier list. */
const HISTORY_LIMIT = 2_000;

/** Whether two say the same kind of objects. */
export const isKind = (one: Kind, other: Kind): boolean =>
  one.group === other.group && one.plural === other.plural;

const kindKey = ({ group, plural }: Kind): string => `${group}/${plural}`;

/** An empty store. `newUid`: of each object that is created. */
export function newStore(newUid: () => string = randomUUID): Store {
  const kinds = new Map<string, Map<string, KubeObject>>();
  const sorted = new Map<string, readonly KubeObject[]>();
  const listeners = new Set<(change: Change) => void>();
  const history: Change[] = [];
  let revision = 1;

  const objectsOf = (of: Kind): Map<string, KubeObject> => {
    const objects = kinds.get(kindKey(of)) ?? new Map<string, KubeObject>();
    kinds.set(kindKey(of), objects);
    return objects;
  };

  const tell = (type: Change['type'], of: Kind, object: KubeObject): KubeObject => {
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
    objectsOf(of).set(keyOf(written), written);
    return tell(type, of, written);
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
      return objectsOf(of).has(keyOf(made)) ? undefined : write('ADDED', of, made);
    },
    replace: (of, object) => {
      const stored = objectsOf(of).get(keyOf(object));
      return stored?.metadata.uid === object.metadata.uid ? write('MODIFIED', of, object) : undefined;
    },
    remove: (of, object) => {
      const stored = objectsOf(of).get(keyOf(object));
      if (stored?.metadata.uid !== object.metadata.uid) return;
      objectsOf(of).delete(keyOf(object));
      revision += 1;
      const metadata = { ...object.metadata, resourceVersion: String(revision) };
      tell('DELETED', of, { ...object, metadata });
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    since: (from) => {
      const oldest = history[0]?.revision ?? revision;
      return from < oldest - 1 ? undefined : history.filter((change) => change.revision > from);
    },
  };
}
