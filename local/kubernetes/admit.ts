import type { Admission } from './admission.ts';
import { builtInCauses, completed } from './built-in-rules.ts';
import { metadataCauses, type NameRule } from './metadata-rules.ts';
import type { Draft, KubeObject } from './object.ts';
import type { ResourceType } from './resources.ts';
import { schemaCauses, uncheckedCauses } from './schema.ts';
import { invalid } from './status.ts';
import type { Store } from './store.ts';

/** What every write needs. */
export type WriteContext = { readonly store: Store; readonly admission: Admission };

/**
 * The object with its defaults. Throws 422 with all that is wrong with it; the webhook is asked last, and alone is not
 * asked of a subresource.
 */
export function admit(
  { admission }: WriteContext,
  type: ResourceType,
  draft: Draft,
  old: KubeObject | undefined,
  subresource?: string,
): Draft {
  const object = subresource === undefined ? completed(type, admission.mutate(type, draft), old) : draft;
  const causes = [
    ...metadataCauses(object, nameRule(type)),
    ...builtInCauses(type, object, old),
    ...(type.schema === undefined ? [] : schemaCauses(type.schema, object)),
  ];
  const all = type.schema === undefined ? causes : [...causes, ...uncheckedCauses(type.schema, causes)];
  if (all.length > 0) throw invalid(type, object.metadata.name ?? '', all);
  if (subresource === undefined) admission.validate(type, object, old);
  return object;
}

function nameRule({ kind, group }: ResourceType): NameRule {
  if (group === 'rbac.authorization.k8s.io') return 'path';
  return kind === 'Namespace' ? 'label' : 'subdomain';
}
