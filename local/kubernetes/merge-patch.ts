import { isRecord } from './object.ts';
import { badRequest } from './status.ts';

/** Merge patch (RFC 7386): null removes a field, objects are merged, anything else is replaced. */
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
 * Strategic merge patch, as `kubectl apply` sends for the built-in kinds served here. Only ServiceAccounts have lists
 * that are merged by key, so everything but the directives is a merge patch. Throws 400 for directives.
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
