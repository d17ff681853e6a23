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

/** Values of the condition keys of a request, such as `events:TargetArn`. An absent key has none. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

/** The conditions that are evaluated: each value of a key is one of these ARNs, and the key is there. */
const EachIsOneOf = v.strictObject({
  'ForAllValues:ArnEquals': v.record(v.string(), OneOrMore),
  Null: v.record(v.string(), v.literal('false')),
});

/**
 * Evaluates IAM statements: allowed if one allows the action on the resource and none denies it. In patterns `*`
 * matches any text, slashes and colons included, and `?` one character; actions are case-insensitive. Throws if a
 * deciding statement has a condition of another kind than the template's roles have.
 */
export function allows(
  statements: readonly Statement[],
  action: string,
  resource: string,
  context: RequestContext = {},
): boolean {
  const deciding = statements
    .filter(
      ({ Action, Resource }) =>
        Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
        Resource.some((pattern) => matches(pattern, resource)),
    )
    .filter(({ Condition }) => {
      if (Condition === undefined) return true;
      if (v.is(EachIsOneOf, Condition)) return holds(v.parse(EachIsOneOf, Condition), context);
      throw new Error(`${action} on ${resource} depends on a condition, which is not evaluated here.`);
    });
  return deciding.length > 0 && deciding.every(({ Effect }) => Effect === 'Allow');
}

/** A key without values fulfils ForAllValues, as in IAM: `Null` requires it. */
const holds = (condition: v.InferOutput<typeof EachIsOneOf>, context: RequestContext): boolean =>
  Object.entries(condition['ForAllValues:ArnEquals']).every(([key, arns]) =>
    (context[key] ?? []).every((value) => arns.some((arn) => matches(arn, value))),
  ) && Object.keys(condition.Null).every((key) => (context[key] ?? []).length > 0);

/** Tests a text against an IAM pattern. */
export function matches(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
