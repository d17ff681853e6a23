import { MAX_PATTERN_LENGTH } from '../../lib/events/pattern.ts';
import { InvalidPattern, isObject, type Matcher } from './event-matcher.ts';
import { parseMatcher } from './event-operators.ts';

/** Condition on a field of the event, by its path: `detail.state`. */
export type FieldCondition = { readonly field: string; readonly matchers: readonly Matcher[] };

/** Condition of an event pattern: on a field, or that one of the arms of an `$or` matches. */
type Condition = FieldCondition | { readonly arms: readonly EventPattern[] };

/** Parsed pattern: conditions that must all hold. Its `$or` are not multiplied out: it is no larger than its text. */
export type EventPattern = readonly Condition[];

/** Limit of `$or` combinations (EventBridge User Guide, "Complex example using $or"). */
const MAX_BRANCHES = 1000;

/** Names that Event Ruler reserves for operators; no arm of `$or` may have them as fields. */
const RESERVED: ReadonlySet<string> = new Set([
  'exactly',
  'equals-ignore-case',
  'prefix',
  'suffix',
  'anything-but',
  'exists',
  'wildcard',
  'numeric',
  'cidr',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);

/**
 * Parses an event pattern, in time linear in its length. Throws {@link InvalidPattern} for what EventBridge rejects, and for
 * a duplicate field, of which Event Ruler silently takes the last.
 */
export function parseEventPattern(value: unknown): EventPattern {
  const { length } = JSON.stringify(value);
  if (length > MAX_PATTERN_LENGTH)
    throw new InvalidPattern(`It has ${length} characters; at most ${MAX_PATTERN_LENGTH} are allowed`, '');
  if (!isObject(value)) throw new InvalidPattern('Filter is not an object', '');
  return parseObject(value, { path: undefined, inOr: false, fields: newScope(), branches: 1 }).conditions;
}

type Place = {
  /** Path of the object; `undefined` for the whole pattern. */
  readonly path: string | undefined;
  readonly inOr: boolean;
  /** Fields that the branches have so far. */
  readonly fields: Scope;
  /** Branches so far: combinations of the arms of each `$or`. */
  readonly branches: number;
};

/** Conditions of a part of the pattern, and the branches after it. */
type Parsed = { readonly conditions: EventPattern; readonly branches: number };

/** Fields of the arm of an `$or`; those around it are in `outer`. */
type Scope = { readonly own: Set<string>; readonly outer: Scope | undefined };

const newScope = (outer?: Scope): Scope => ({ own: new Set(), outer });

const isIn = ({ own, outer }: Scope, field: string): boolean =>
  own.has(field) || (outer !== undefined && isIn(outer, field));

function parseObject(object: object, { path, ...place }: Place): Parsed {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(object);
  if (entries.length === 0) throw new InvalidPattern('Empty objects are not allowed', path ?? '');
  const conditions: Condition[] = [];
  let { branches } = place;
  for (const [name, value] of entries) {
    const parsed = parseEntry(name, value, { ...place, path, branches });
    conditions.push(...parsed.conditions);
    branches = parsed.branches;
  }
  return { conditions, branches };
}

function parseEntry(name: string, value: unknown, place: Place): Parsed {
  if (name === '$or') return parseOr(value, place);
  const at = pathOf(place, name);
  if (place.inOr && RESERVED.has(name))
    throw new InvalidPattern(`${name} is Ruler reserved fieldName which cannot be used inside $or.`, at);
  if (isObject(value)) return parseObject(value, { ...place, path: at });
  if (!Array.isArray(value)) throw new InvalidPattern(`"${name}" must be an object or an array`, at);
  return { conditions: [parseField(at, value, place)], branches: place.branches };
}

const pathOf = ({ path }: Place, name: string): string => (path === undefined ? name : `${path}.${name}`);

function parseField(field: string, entries: readonly unknown[], { fields }: Place): Condition {
  if (entries.length === 0) throw new InvalidPattern('Empty arrays are not allowed', field);
  if (isIn(fields, field))
    throw new InvalidPattern(`Path \`${field}\` cannot be allowed multiple times`, field);
  fields.own.add(field);
  return { field, matchers: entries.map((entry) => parseMatcher(entry, field)) };
}

/** Parses `$or`; its branches are those before it times the sum of its arms' own. */
function parseOr(value: unknown, place: Place): Parsed {
  const at = pathOf(place, '$or');
  if (!Array.isArray(value)) throw new InvalidPattern('It must be an Array followed with $or.', at);
  if (value.length * place.branches > MAX_BRANCHES) throw tooManyBranches(at);
  const parsed = value.map((arm: unknown) => {
    if (!isObject(arm))
      throw new InvalidPattern('Only JSON object is allowed in array of $or relationship.', at);
    const fields = newScope(place.fields);
    return { fields, ...parseObject(arm, { ...place, inOr: true, fields }) };
  });
  if (value.length < 2)
    throw new InvalidPattern('There must have at least 2 Objects in $or relationship.', at);
  const branches = parsed.reduce((sum, arm) => sum + arm.branches, 0);
  if (branches > MAX_BRANCHES) throw tooManyBranches(at);
  for (const { fields } of parsed) for (const field of fields.own) place.fields.own.add(field);
  return { conditions: [{ arms: parsed.map(({ conditions }) => conditions) }], branches };
}

const tooManyBranches = (at: string): InvalidPattern =>
  new InvalidPattern(`The $or arrays have more than ${MAX_BRANCHES} combinations`, at);
