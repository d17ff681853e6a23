import type { Branch, EventPattern } from './event-language.ts';
import { type Bound, isObject, MAX_NUMBER, type Matcher } from './event-matcher.ts';
import { wildcardParts } from './event-wildcard.ts';
import { isInRange, parseIpAddress } from './ip-address.ts';

/** Array elements of the event that a value is in: index by array. */
type Membership = ReadonlyMap<object, number>;

/** Text, number, boolean or null of an event; an empty array or object has no value. */
type Leaf = { readonly value: unknown; readonly within: Membership };

/**
 * Tests if EventBridge sends an event to a rule with this pattern. An array matches by any of its elements; fields of
 * objects in an array must match in the same element.
 */
export function matchesEventPattern(pattern: EventPattern, event: unknown): boolean {
  const leaves = new Map<string, Leaf[]>();
  collect(leaves, event, [], new Map());
  return pattern.some((branch) => matchesBranch(branch, leaves));
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

function matchesBranch(branch: Branch, leaves: ReadonlyMap<string, readonly Leaf[]>): boolean {
  const choices = [...branch].map(([path, matchers]) => {
    const there = leaves.get(path) ?? [];
    const absent = there.length === 0 && matchers.some((one) => one.kind === 'exists' && !one.exists);
    // A field that may be absent constrains nothing.
    if (absent) return [new Map()];
    const matching = there.filter(({ value }) => matchers.some((matcher) => matches(matcher, value)));
    return matching.map(({ within }) => within);
  });
  // Fields with the fewest candidates go first, so that a mismatch is found early.
  return agree(
    choices.toSorted((one, other) => one.length - other.length),
    new Map(),
  );
}

/** Tests if one candidate for each field can be chosen such that no two are in different elements of one array. */
function agree([first, ...rest]: readonly (readonly Membership[])[], chosen: Membership): boolean {
  if (first === undefined) return true;
  return first.some(
    (within) =>
      [...within].every(([array, index]) => (chosen.get(array) ?? index) === index) &&
      agree(rest, new Map([...chosen, ...within])),
  );
}

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
      return value.toLowerCase() === matcher.text.toLowerCase();
    case 'prefix-ignore-case':
      return value.toLowerCase().startsWith(matcher.text.toLowerCase());
    case 'suffix-ignore-case':
      return value.toLowerCase().endsWith(matcher.text.toLowerCase());
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
