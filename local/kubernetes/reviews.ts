import * as v from 'valibot';
import { type Access, mayAccess, rulesFor, type User } from './authorizer.ts';
import { decode } from './decode.ts';
import type { ResourceType } from './resource-type.ts';
import { builtIn } from './resources.ts';
import type { Store } from './store.ts';

const AUTHORIZATION = {
  group: 'authorization.k8s.io',
  namespaced: false,
  verbs: ['create'],
  fields: ['spec'],
} as const;

/** Reviews: questions about the caller itself, which a create answers. Nothing is stored. */
export const REVIEWS: readonly ResourceType[] = [
  builtIn({ ...AUTHORIZATION, plural: 'selfsubjectaccessreviews', kind: 'SelfSubjectAccessReview' }),
  builtIn({ ...AUTHORIZATION, plural: 'selfsubjectrulesreviews', kind: 'SelfSubjectRulesReview' }),
  builtIn({
    ...{ group: 'authentication.k8s.io', namespaced: false, verbs: ['create'], fields: [] },
    plural: 'selfsubjectreviews',
    kind: 'SelfSubjectReview',
  }),
];

const text = v.optional(v.string(), '');

const AccessSpec = v.object({
  spec: v.object({
    resourceAttributes: v.optional(
      v.object({ namespace: text, verb: text, group: text, resource: text, subresource: text, name: text }),
    ),
  }),
});

const RulesSpec = v.object({ spec: v.optional(v.object({ namespace: text }), { namespace: '' }) });

/** Answers a review of {@link REVIEWS} for the user who asks. */
export function review(store: Store, user: User, type: ResourceType, body: unknown): unknown {
  const { object } = decode(type, body, 'Strict');
  return { ...object, metadata: {}, status: STATUS[type.kind]?.(store, user, object) };
}

const STATUS: Readonly<Record<string, (store: Store, user: User, object: unknown) => unknown>> = {
  SelfSubjectReview: (_, { name, groups }) => ({ userInfo: { username: name, groups } }),
  SelfSubjectAccessReview: (store, user, object) => {
    const { resourceAttributes } = v.parse(AccessSpec, object).spec;
    // Paths that are no objects: discovery, which everybody may read.
    const allowed = resourceAttributes === undefined || mayAccess(store, user, accessOf(resourceAttributes));
    return { allowed };
  },
  SelfSubjectRulesReview: (store, user, object) => ({
    ...rulesFor(store, user, v.parse(RulesSpec, object).spec.namespace),
    incomplete: false,
  }),
};

type Attributes = NonNullable<v.InferOutput<typeof AccessSpec>['spec']['resourceAttributes']>;

const accessOf = ({ namespace, verb, group, resource, subresource, name }: Attributes): Access => ({
  ...{ verb, group },
  resource: subresource === '' ? resource : `${resource}/${subresource}`,
  namespace: namespace || undefined,
  name: name || undefined,
});
