import * as v from 'valibot';

const OneOrMore = v.pipe(
  v.union([v.string(), v.array(v.string())]),
  v.transform((value) => (typeof value === 'string' ? [value] : value)),
);

/** A statement as the stack's roles have them. Members that nothing here evaluates are refused, not passed over. */
export const Statement = v.strictObject({
  Effect: v.picklist(['Allow', 'Deny']),
  Action: OneOrMore,
  Resource: OneOrMore,
  Condition: v.optional(v.unknown()),
});

export type Statement = v.InferOutput<typeof Statement>;

/**
 * Whether these statements, and no others, allow an action on a resource: one allows it and none denies it. In patterns
 * `*` is any text, slashes and colons too, and `?` one character; actions are compared without regard to case. Throws
 * for a statement that would decide and has a condition: conditions are not evaluated.
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

/** Whether a text is one that a pattern of IAM means. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
