import * as v from 'valibot';

/** Labels or annotations. `v.record` would drop the keys "constructor" and "prototype". */
const StringMap = v.nullish(
  v.pipe(
    v.custom<Readonly<Record<string, string>>>((value) => isRecord(value)),
    v.rawCheck(({ dataset, addIssue }) => {
      const wrong = Object.values(dataset.typed ? dataset.value : {}).find(
        (value) => typeof value !== 'string',
      );
      if (wrong !== undefined) addIssue({ input: wrong, expected: 'string' });
    }),
  ),
);

const OwnerReference = v.object({
  apiVersion: v.optional(v.string(), ''),
  kind: v.optional(v.string(), ''),
  name: v.optional(v.string(), ''),
  uid: v.optional(v.string(), ''),
  controller: v.optional(v.boolean()),
  blockOwnerDeletion: v.optional(v.boolean()),
});

const text = v.nullish(v.string());

/** Metadata that a client may send. Other fields, such as `managedFields`, are dropped. */
const DraftMetadata = v.object({
  name: text,
  generateName: text,
  namespace: text,
  uid: text,
  resourceVersion: text,
  generation: v.nullish(v.number()),
  creationTimestamp: text,
  deletionTimestamp: text,
  deletionGracePeriodSeconds: v.nullish(v.number()),
  labels: StringMap,
  annotations: StringMap,
  ownerReferences: v.nullish(v.array(OwnerReference)),
  finalizers: v.nullish(v.array(v.string())),
});

/** Schema of an object from a client. */
export const DraftSchema = v.looseObject({
  apiVersion: v.optional(v.string(), ''),
  kind: v.optional(v.string(), ''),
  metadata: v.optional(DraftMetadata, {}),
});

export type OwnerReference = Readonly<v.InferOutput<typeof OwnerReference>>;

type Sent<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

/** Object from a client: metadata may be missing or null. */
export type Draft = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Sent<ObjectMeta>;
  readonly [field: string]: unknown;
};

export type ObjectMeta = {
  readonly name: string;
  readonly generateName?: string | undefined;
  readonly namespace?: string | undefined;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number | undefined;
  readonly creationTimestamp: string;
  readonly deletionTimestamp?: string | undefined;
  readonly deletionGracePeriodSeconds?: number | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  readonly ownerReferences?: readonly OwnerReference[] | undefined;
  readonly finalizers?: readonly string[] | undefined;
};

/** Stored object. Never changed in place, so that a running list keeps what it read. */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
};

/** Time in the format of `metav1.Time`, in whole seconds. Default: now. */
export const timestamp = (at: Date = new Date()): string => `${at.toISOString().slice(0, 19)}Z`;

/** Key of an object in etcd's order, `<namespace>/<name>`; the namespace of a cluster-scoped object is empty. */
export const namespacedName = ({ metadata: { namespace = '', name } }: KubeObject): string =>
  `${namespace}/${name}`;

/** Tests for an object with fields, neither null nor an array. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Value at a path of field names; `undefined` if any of them is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, field) => (isRecord(inner) ? inner[field] : undefined), value);
}
