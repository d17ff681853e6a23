import * as v from 'valibot';

/** Labels or annotations. A `v.record` would drop those with the names "constructor" and "prototype". */
const Words = v.nullish(
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

/** What a client may send as metadata. Fields that are not here, such as `managedFields`, are not kept. */
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
  labels: Words,
  annotations: Words,
  ownerReferences: v.nullish(v.array(OwnerReference)),
  finalizers: v.nullish(v.array(v.string())),
});

/** Reads an object as a client sends it. */
export const DraftSchema = v.looseObject({
  apiVersion: v.optional(v.string(), ''),
  kind: v.optional(v.string(), ''),
  metadata: v.optional(DraftMetadata, {}),
});

export type OwnerReference = Readonly<v.InferOutput<typeof OwnerReference>>;

type Sent<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

/** An object as a client sends it: any of its metadata may be missing or null. */
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

/** An object that is stored. It is never changed in place: a list that was begun keeps what it saw. */
export type KubeObject = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
};

/** Now, as `metav1.Time` is written: whole seconds. */
export const timestamp = (at: Date = new Date()): string => `${at.toISOString().slice(0, 19)}Z`;

/** `<namespace>/<name>`, etcd's order; the namespace is empty for an object of the cluster. */
export const keyOf = ({ metadata: { namespace = '', name } }: KubeObject): string => `${namespace}/${name}`;

/** Whether a value is an object with fields: neither null nor a list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path of field names; `undefined` as soon as one is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, field) => (isRecord(inner) ? inner[field] : undefined), value);
}
