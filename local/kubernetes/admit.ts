import type { Admission } from './admission.ts';
import { builtInCauses, completed } from './built-in-rules.ts';
import { metadataCauses, type NameRule } from './metadata-rules.ts';
import type { Draft, KubeObject } from './object.ts';
import { newCauses } from './ratcheting.ts';
import type { ResourceType } from './resource-type.ts';
import { schemaCauses, uncheckedCauses } from './schema.ts';
import { type Cause, invalid } from './status.ts';
import type { Store } from './store.ts';
import { ruleCauses } from './validation-rules.ts';

/** Dependencies of every write. */
export type WriteContext = { readonly store: Store; readonly admission: Admission };

/**
 * Validates an object and fills in its defaults. Throws 422 with all causes. The webhook comes last, and is not called
 * for subresources.
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
    ...(type.schema === undefined ? [] : customCauses(type.schema, object, old)),
  ];
  if (causes.length > 0) throw invalid(type, object.metadata.name ?? '', causes);
  if (subresource === undefined) admission.validate(type, object, old);
  return object;
}

/** Errors of a custom resource by its schema, then by the schema's rules if nothing keeps these from being evaluated. */
function customCauses(
  schema: NonNullable<ResourceType['schema']>,
  object: Draft,
  old: KubeObject | undefined,
): readonly Cause[] {
  const causes = newCauses(schemaCauses(schema, object), object, old);
  const unchecked = uncheckedCauses(schema, causes);
  if (unchecked.length > 0) return [...causes, ...unchecked];
  return [...causes, ...newCauses(ruleCauses(schema, object), object, old)];
}

function nameRule({ kind, group }: ResourceType): NameRule {
  if (group === 'rbac.authorization.k8s.io') return 'path';
  return kind === 'Namespace' ? 'label' : 'subdomain';
}
