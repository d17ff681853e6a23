import * as v from 'valibot';
import { DEFAULT_RULES, MASTERS } from './default-rules.ts';
import { CLUSTER_ROLE_BINDINGS, CLUSTER_ROLES, ROLE_BINDINGS, ROLES } from './resources.ts';
import type { Store } from './store.ts';

/** Authenticated user. */
export type User = { readonly name: string; readonly groups: readonly string[] };

/** Access that is checked. `namespace` is absent for cluster-scoped objects and for lists over all namespaces. */
export type Access = {
  readonly verb: string;
  readonly group: string;
  /** Resource with its subresource: `pods/log`. */
  readonly resource: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
};

const words = v.optional(v.nullable(v.array(v.string())), []);

const Rule = v.object({
  ...{ apiGroups: words, resources: words, verbs: words, resourceNames: words },
  nonResourceURLs: words,
});
type Rule = v.InferOutput<typeof Rule>;
const Role = v.object({ rules: v.optional(v.nullable(v.array(Rule)), []) });

const Subject = v.object({
  kind: v.string(),
  name: v.string(),
  namespace: v.optional(v.string()),
});
type Subject = v.InferOutput<typeof Subject>;

const Binding = v.object({
  metadata: v.object({ namespace: v.optional(v.string()) }),
  roleRef: v.object({ kind: v.string(), name: v.string() }),
  subjects: v.optional(v.nullable(v.array(Subject)), []),
});
type Binding = v.InferOutput<typeof Binding>;

/**
 * Checks RBAC: true if a rule of a role that is bound to the user, in the namespace or the cluster, allows the access.
 */
export const mayAccess = (store: Store, user: User, access: Access): boolean =>
  user.groups.includes(MASTERS) ||
  rulesOfUser(store, user, access.namespace).some((rule) => allows(rule, access));

/** Rules of a user in a namespace, as a `SelfSubjectRulesReview` has them. */
export function rulesFor(store: Store, user: User, namespace: string) {
  const rules = rulesOfUser(store, user, namespace);
  const isOfPaths = ({ nonResourceURLs }: Rule) => (nonResourceURLs ?? []).length > 0;
  return {
    resourceRules: rules
      .filter((rule) => !isOfPaths(rule))
      .map(({ nonResourceURLs: _, resourceNames, ...rule }) => ({
        ...rule,
        ...(resourceNames?.length ? { resourceNames } : {}),
      })),
    nonResourceRules: rules
      .filter(isOfPaths)
      .map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
  };
}

/** All rules of a user: those that Kubernetes gives its groups, and those of roles that are bound to the user. */
function rulesOfUser(store: Store, user: User, namespace: string | undefined): readonly Rule[] {
  const bindings = [
    ...store.all(CLUSTER_ROLE_BINDINGS),
    ...store.all(ROLE_BINDINGS).filter(({ metadata }) => metadata.namespace === namespace),
  ].map((object) => v.parse(Binding, object));
  return [
    ...user.groups.flatMap((group) => v.parse(v.array(Rule), DEFAULT_RULES[group] ?? [])),
    ...bindings
      .filter(({ subjects, metadata }) =>
        subjects?.some((subject) => isUser(subject, user, metadata.namespace)),
      )
      .flatMap((binding) => rulesOf(store, binding)),
  ];
}

function isUser({ kind, name, namespace }: Subject, user: User, bindingNamespace?: string): boolean {
  if (kind === 'User') return user.name === name;
  if (kind === 'Group') return user.groups.includes(name);
  return user.name === `system:serviceaccount:${namespace ?? bindingNamespace}:${name}`;
}

/** Rules of a binding's role. A binding to a missing role grants nothing. */
function rulesOf(store: Store, { roleRef, metadata }: Binding): readonly Rule[] {
  const role =
    roleRef.kind === 'ClusterRole'
      ? store.get(CLUSTER_ROLES, '', roleRef.name)
      : store.get(ROLES, metadata.namespace ?? '', roleRef.name);
  return role === undefined ? [] : (v.parse(Role, role).rules ?? []);
}

function allows(
  { apiGroups, resources, verbs, resourceNames }: Rule,
  { verb, group, resource, name }: Access,
): boolean {
  const subresource = resource.includes('/') ? `*/${resource.split('/')[1]}` : resource;
  return (
    has(verbs, verb) &&
    has(apiGroups, group) &&
    (has(resources, resource) || has(resources, subresource)) &&
    (resourceNames === null ||
      resourceNames.length === 0 ||
      (name !== undefined && resourceNames.includes(name)))
  );
}

const has = (allowed: readonly string[] | null, expected: string): boolean =>
  allowed !== null && (allowed.includes('*') || allowed.includes(expected));

/** The API server's message for a denial. */
export function denialMessage(user: User, { verb, group, resource, namespace, name }: Access): string {
  const plural = resource.split('/')[0] ?? '';
  const what = `${plural}${group === '' ? '' : `.${group}`}${name === undefined || name === '' ? '' : ` "${name}"`}`;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return `${what} is forbidden: User "${user.name}" cannot ${verb} resource "${resource}" in API group "${group}" ${scope}`;
}
