import { isDeepStrictEqual } from 'node:util';
import { at } from './object.ts';
import type { Cause } from './status.ts';

/**
 * Errors of an update that are not the stored object's own: a value that the update leaves as it is may be invalid by a
 * schema that came later (ratcheting, in Kubernetes 1.30 and later). Items of a list that changed count as changed.
 */
export const newCauses = (causes: readonly Cause[], object: unknown, old: unknown): readonly Cause[] =>
  causes.filter(({ field }) => !isUnchanged(field, object, old));

/** True if the value at the path, or one that it is in, is the same in both. */
function isUnchanged(field: string, object: unknown, old: unknown): boolean {
  const path = field.replace(/\[.*$/, '').split('.');
  return path.some((_, index) => {
    const value = at(object, ...path.slice(0, index + 1));
    return value !== undefined && isDeepStrictEqual(value, at(old, ...path.slice(0, index + 1)));
  });
}
