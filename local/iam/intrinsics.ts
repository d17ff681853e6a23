import * as v from 'valibot';

const Sub = v.strictObject({ 'Fn::Sub': v.string() });
const Ref = v.strictObject({ Ref: v.string() });
const GetAtt = v.strictObject({ 'Fn::GetAtt': v.tuple([v.string(), v.string()]) });
const Join = v.strictObject({ 'Fn::Join': v.tuple([v.string(), v.array(v.unknown())]) });
const If = v.strictObject({ 'Fn::If': v.tuple([v.string(), v.unknown(), v.unknown()]) });
const Equals = v.strictObject({ 'Fn::Equals': v.tuple([v.unknown(), v.unknown()]) });
const Not = v.strictObject({ 'Fn::Not': v.tuple([v.unknown()]) });

export type IntrinsicsContext = {
  /** Values of the pseudo parameters for account, region and partition. */
  readonly pseudo: Readonly<Record<string, string>>;
  readonly conditions: Readonly<Record<string, unknown>>;
};

/** Marks an omitted member. */
const NOTHING = Symbol('AWS::NoValue');

/**
 * Resolves CloudFormation's intrinsic functions. A reference to a resource becomes its logical id and an attribute
 * `ID.Attribute`: placeholders for values that only a deployment knows.
 */
export function resolve(value: unknown, around: IntrinsicsContext): unknown {
  const resolved = resolveOne(value, around);
  return resolved === NOTHING ? undefined : resolved;
}

function resolveOne(value: unknown, around: IntrinsicsContext): unknown {
  if (Array.isArray(value))
    return value.map((item) => resolveOne(item, around)).filter((item) => item !== NOTHING);
  if (typeof value !== 'object' || value === null) return value;
  if (v.is(If, value)) {
    const [condition, yes, no] = value['Fn::If'];
    return resolveOne(holds(around.conditions[condition], around) ? yes : no, around);
  }
  if (v.is(Ref, value)) return value.Ref === 'AWS::NoValue' ? NOTHING : named(value.Ref, around);
  if (v.is(Sub, value))
    return value['Fn::Sub'].replace(/\$\{([\w:.]+)\}/g, (_, name: string) => named(name, around));
  if (v.is(GetAtt, value)) return value['Fn::GetAtt'].join('.');
  if (v.is(Join, value)) {
    const [separator, parts] = value['Fn::Join'];
    return parts.map((part) => String(resolve(part, around))).join(separator);
  }
  const members = Object.entries(value).map(([key, member]) => [key, resolveOne(member, around)]);
  return Object.fromEntries(members.filter(([, member]) => member !== NOTHING));
}

const named = (name: string, { pseudo }: IntrinsicsContext): string => pseudo[name] ?? name;

function holds(condition: unknown, around: IntrinsicsContext): boolean {
  if (v.is(Equals, condition)) {
    const [one, other] = condition['Fn::Equals'].map((side) => String(resolve(side, around)));
    return one === other;
  }
  if (v.is(Not, condition)) return !holds(condition['Fn::Not'][0], around);
  throw new Error(`This condition is not known here: ${JSON.stringify(condition)}.`);
}
