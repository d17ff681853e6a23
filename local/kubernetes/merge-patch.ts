import { isRecord } from './object.ts';
import { badRequest } from './status.ts';

/** RFC 7386: null removes a field, objects merge, all else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const merged: Record<string, unknown> = isRecord(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else merged[field] = mergePatch(merged[field], value);
  }
  return merged;
}

/**
 * A strategic merge patch as `kubectl apply` sends it for the built-in kinds served here. None of their lists is
 * merged by key but those of a ServiceAccount, so all but its directives are a merge patch. Throws 400 for those.
 */
export function strategicMergePatch(target: unknown, patch: unknown): unknown {
  const directive = directiveOf(patch);
  if (directive !== undefined)
    throw badRequest(`the strategic merge patch directive "${directive}" is not supported`);
  return mergePatch(target, patch);
}

function directiveOf(patch: unknown): string | undefined {
  if (Array.isArray(patch)) return patch.map(directiveOf).find((found) => found !== undefined);
  if (!isRecord(patch)) return undefined;
  return (
    Object.keys(patch).find((field) => field.startsWith('$')) ??
    Object.values(patch)
      .map(directiveOf)
      .find((found) => found !== undefined)
  );
}
