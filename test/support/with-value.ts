/**
 * Copy of an object with this value at a path such as `spec/tasks/0/retries`; objects on the way are made. A slash in a key is
 * written `~1`, as in a JSON pointer. `undefined` removes the field.
 */
export function withValue(object: unknown, path: string, value: unknown): Record<string, unknown> {
  const changed = structuredClone(object) as Record<string, unknown>;
  const keys = path.split('/').map((key) => key.replaceAll('~1', '/'));
  let at = changed;
  for (const key of keys.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as Record<string, unknown>;
  }
  at[keys.at(-1) ?? ''] = value;
  return changed;
}
