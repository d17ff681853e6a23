import type { EventPattern, FieldCondition } from './event-language.ts';
import { type Bound, isObject, MAX_NUMBER, type Matcher } from './event-matcher.ts';
import { wildcardParts } from './event-wildcard.ts';
import { endsInAnyCase, isInAnyCase, startsInAnyCase } from './ignore-case.ts';
import { isInRange, parseIpAddress } from './ip-address.ts';

/** Array elements of the event that a value is in: index by array. */
type Membership = ReadonlyMap<object, number>;

/** Text, number, boolean or null of an event; an empty array or object has no value. */
type Leaf = { readonly value: unknown; readonly within: Membership };

/** Array elements that one match may try: of more, an event does not match (ours, so that no pattern takes long). */
const MAX_STEPS = 10_000;

/**
 * Tests if EventBridge sends an event to a rule with this pattern. An array matches by any of its elements; fields of
 * objects in an array must match in the same element.
 */
export function matchesEventPattern(pattern: EventPattern, event: unknown): boolean {
  const leaves = new Map<string, Leaf[]>();
  collect(leaves, event, [], new Map());
  const choices = choicesOf(pattern, leaves);
  if (choices === undefined) return false;
  const steps = { left: MAX_STEPS };
  return mayBeAbsent(choices) ? agreeByName(choices, steps) : agree(choices, new Map(), steps);
}

/** Collects the leaves by their joined path. EventBridge too treats `{"a.b": 1}` and `{"a": {"b": 1}}` alike. */
function collect(
  into: Map<string, Leaf[]>,
  value: unknown,
  path: readonly string[],
  within: Membership,
): void {
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      // A scalar element carries no membership.
      const nested = typeof element === 'object' && element !== null;
      collect(into, element, path, nested ? new Map([...within, [value, index]]) : within);
    }
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) collect(into, member, [...path, name], within);
  } else {
    const at = path.join('.');
    const known = into.get(at);
    if (known === undefined) into.set(at, [{ value, within }]);
    else known.push({ value, within });
  }
}

/** Array elements of which one must be chosen for a condition; or, with `unless`, none of those can be (the field is absent). */
type FieldChoice = {
  readonly field: string;
  readonly elements: readonly Membership[];
  readonly unless?: readonly Membership[];
};
/** The same of an `$or`, for all conditions of one of its arms. */
type Choice = FieldChoice | { readonly arms: readonly Choices[] };
type Choices = readonly Choice[];

/** Choices that the event leaves; none for a condition that holds in any element. `undefined`: a condition can't hold. */
function choicesOf(pattern: EventPattern, leaves: ReadonlyMap<string, readonly Leaf[]>): Choices | undefined {
  const choices: Choice[] = [];
  for (const condition of pattern) {
    const choice = 'arms' in condition ? armsOf(condition.arms, leaves) : elementsOf(condition, leaves);
    if (choice === 'impossible') return undefined;
    if (choice !== 'free') choices.push(choice);
  }
  // Those with the fewest candidates go first, so that a mismatch is found early.
  return choices.toSorted((one, other) => widthOf(one) - widthOf(other));
}

const widthOf = (choice: Choice): number =>
  'arms' in choice ? choice.arms.flat().length : choice.elements.length;

function armsOf(patterns: readonly EventPattern[], leaves: ReadonlyMap<string, readonly Leaf[]>) {
  const arms = patterns.map((arm) => choicesOf(arm, leaves)).filter((arm) => arm !== undefined);
  if (arms.length === 0) return 'impossible';
  return arms.some((arm) => arm.length === 0) ? 'free' : { arms };
}

function elementsOf({ field, matchers }: FieldCondition, leaves: ReadonlyMap<string, readonly Leaf[]>) {
  const there = leaves.get(field) ?? [];
  const all = there.map(({ within }) => within);
  const maybe = matchers.some((one) => one.kind === 'exists' && !one.exists);
  if (maybe && all.length === 0) return 'free';
  const matching = there.filter(({ value }) => matchers.some((matcher) => matches(matcher, value)));
  const elements = matching.map(({ within }) => within);
  if (elements.some((within) => within.size === 0)) return 'free';
  // A value outside of all arrays is there whatever is chosen.
  if (maybe && all.every((within) => within.size > 0)) return { field, elements, unless: all };
  return elements.length === 0 ? 'impossible' : { field, elements };
}

const mayBeAbsent = (choices: Choices): boolean =>
  choices.some((choice) => ('arms' in choice ? choice.arms.some(mayBeAbsent) : choice.unless !== undefined));

/**
 * {@link agree} with the fields in the order of their names, in which Event Ruler chooses: a field is absent if no value of
 * it is in the elements that were chosen for the fields before.
 */
function agreeByName(choices: Choices, steps: { left: number }): boolean {
  const fields = choices.flatMap((choice) => ('arms' in choice ? [] : [choice]));
  const [first, ...others] = choices.flatMap((choice) => ('arms' in choice ? [choice] : []));
  if (first !== undefined)
    return first.arms.some((arm) => agreeByName([...fields, ...others, ...arm], steps));
  return agree(
    fields.toSorted((one, other) => (one.field < other.field ? -1 : 1)),
    new Map(),
    steps,
  );
}

/** Tests if elements can be chosen such that no two are different ones of one array. */
function agree([first, ...rest]: Choices, chosen: Membership, steps: { left: number }): boolean {
  if (first === undefined) return true;
  if ('arms' in first) return first.arms.some((arm) => agree([...arm, ...rest], chosen, steps));
  const isFound = first.elements.some((within) => {
    if (steps.left === 0) return false;
    steps.left -= 1;
    return isWith(within, chosen) && agree(rest, new Map([...chosen, ...within]), steps);
  });
  if (isFound || first.unless === undefined) return isFound;
  return !first.unless.some((within) => isWith(within, chosen)) && agree(rest, chosen, steps);
}

const isWith = (within: Membership, chosen: Membership): boolean =>
  [...within].every(([array, index]) => (chosen.get(array) ?? index) === index);

function matches(matcher: Matcher, value: unknown): boolean {
  switch (matcher.kind) {
    case 'equals':
      return typeof matcher.value === 'number' && typeof value === 'number'
        ? equal(matcher.value, value)
        : matcher.value === value;
    case 'exists':
      return matcher.exists;
    case 'anything-but':
      return !matcher.none.some((one) => matches(one, value));
    case 'numeric':
      return typeof value === 'number' && matcher.bounds.every((bound) => isWithin(value, bound));
    default:
      return typeof value === 'string' && matchesText(matcher, value);
  }
}

type OfTexts = Exclude<Matcher, { kind: 'equals' | 'exists' | 'anything-but' | 'numeric' }>;

function matchesText(matcher: OfTexts, value: string): boolean {
  switch (matcher.kind) {
    case 'address':
    case 'cidr': {
      const address = parseIpAddress(value);
      if (address === undefined) return false;
      if (matcher.kind === 'cidr') return isInRange(address, matcher.range);
      return address.bits === matcher.address.bits && address.value === matcher.address.value;
    }
    case 'prefix':
      return value.startsWith(matcher.text);
    case 'suffix':
      return value.endsWith(matcher.text);
    case 'ignore-case':
      return isInAnyCase(value, matcher.text);
    case 'prefix-ignore-case':
      return startsInAnyCase(value, matcher.text);
    case 'suffix-ignore-case':
      return endsInAnyCase(value, matcher.text);
    case 'wildcard':
      return matchesWildcard(wildcardParts(matcher.text), value);
  }
}

/** Matches each part at its first possible position; if any assignment works, this one does. */
function matchesWildcard([first = '', ...parts]: readonly string[], value: string): boolean {
  const last = parts.at(-1);
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let from = first.length;
  for (const part of parts.slice(0, -1)) {
    const found = value.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return value.length - last.length >= from && value.endsWith(last);
}

const inReach = (value: number): boolean => Math.abs(value) <= MAX_NUMBER;

/** Numbers in millionths, the precision of EventBridge, shifted to be non-negative. */
const millionths = (value: number): number => Math.trunc(1e6 * (MAX_NUMBER + value));

/** Numbers out of range, such as account ids, are compared exactly. */
const equal = (one: number, other: number): boolean =>
  inReach(one) && inReach(other) ? millionths(one) === millionths(other) : one === other;

function isWithin(value: number, { is, than }: Bound): boolean {
  if (!inReach(value)) return false;
  const difference = millionths(value) - millionths(than);
  if (is === '=') return difference === 0;
  if (is === '<' || is === '<=') return difference < 0 || (is === '<=' && difference === 0);
  return difference > 0 || (is === '>=' && difference === 0);
}
