import * as v from 'valibot';
import type { Codec, Data } from '../data/data.ts';
import { type KubeObject, namespacedName } from './object.ts';
import { type Contents, createStore, type Kind, type Store } from './store.ts';
import type { Issued } from './tokens.ts';

const Kept = v.looseObject({
  apiVersion: v.string(),
  kind: v.string(),
  metadata: v.looseObject({
    name: v.string(),
    uid: v.string(),
    resourceVersion: v.string(),
    creationTimestamp: v.string(),
  }),
});

/** Objects as they are: they are never changed in place. */
const OBJECT: Codec<KubeObject> = { encode: (object) => object, decode: (kept) => v.parse(Kept, kept) };
const REVISION: Codec<number> = {
  encode: (revision) => revision,
  decode: (kept) => v.parse(v.number(), kept),
};

const keyOf = ({ group, plural }: Kind, object: KubeObject): string =>
  `${group}/${plural}/${namespacedName(object)}`;

function kindOf(key: string): Kind {
  const [group = '', plural = ''] = key.split('/');
  return { group, plural };
}

/** Creates a store that goes on where the last one with this data ended: objects, uids and resourceVersions. */
export function createKeptStore(data: Data): Store {
  const objects = data.map('object', OBJECT);
  const revisions = data.map('revision', REVISION);
  const contents: Contents = {
    objects: [...objects].map(([key, object]) => [kindOf(key), object] as const),
    revision: Math.max(
      revisions.get('deleted') ?? 1,
      ...[...objects.values()].map(({ metadata }) => Number(metadata.resourceVersion)),
    ),
  };
  const store = createStore(undefined, contents);
  store.onChange(({ type, of, object, revision }) => {
    if (type !== 'DELETED') {
      objects.set(keyOf(of, object), object);
      return;
    }
    // Before the deletion, so that none of its revisions is given twice. If the process ends between the two, the object is
    // there again, as nobody has been told that it is gone.
    revisions.set('deleted', revision);
    objects.delete(keyOf(of, object));
  });
  return store;
}

const Token = v.object({
  account: v.object({ namespace: v.string(), name: v.string() }),
  uid: v.string(),
  expires: v.number(),
});

/** Tokens of service accounts by their digests. */
export const keptTokens = (data: Data): Map<string, Issued> =>
  data.map('token', { encode: (token) => token, decode: (kept) => v.parse(Token, kept) });
