import * as v from 'valibot';

const OneOrMore = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
);

/** Statement of a role's policy. Members that are not evaluated here are rejected, not ignored. */
export const Statement = v.strictObject({
  Effect: v.picklist(['Allow', 'Deny']),
  Action: OneOrMore,
  Resource: OneOrMore,
  Condition: v.optional(v.unknown()),
});

export type Statement = v.InferOutput<typeof Statement>;

/**
 * Evaluates IAM statements: allowed if one allows the action on the resource and none denies it. In patterns `*`
 * matches any text, slashes and colons included, and `?` one character; actions are case-insensitive. Throws if a
 * deciding statement has a condition: conditions are not evaluated.
 */
export function allows(statements: readonly Statement[], action: string, resource: string): boolean {
  const deciding = statements.filter(
    ({ Action, Resource }) =>
      Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
      Resource.some((pattern) => matches(pattern, resource)),
  );
  if (deciding.some(({ Condition }) => Condition !== undefined))
    throw new Error(`${action} on ${resource} depends on a condition, which is not evaluated here.`);
  return deciding.length > 0 && deciding.every(({ Effect }) => Effect === 'Allow');
}

/** Tests a text against an IAM pattern. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
