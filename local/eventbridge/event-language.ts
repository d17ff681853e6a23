import { MAX_PATTERN_LENGTH, patternLength } from '../../lib/events/pattern.ts';
import { InvalidPattern, isObject, type Matcher } from './event-matcher.ts';
import { parseMatcher } from './event-operators.ts';

/** Fields that must all match, by their path in the event: `detail.state`. */
export type Branch = ReadonlyMap<string, readonly Matcher[]>;

/** Parsed pattern: alternatives, one for each combination of the arms of `$or`. */
export type EventPattern = readonly Branch[];

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
 * Parses an event pattern. Throws {@link InvalidPattern} for what EventBridge rejects, and for a duplicate field, of
 * which Event Ruler silently takes the last.
 */
export function parseEventPattern(value: unknown): EventPattern {
  const length = patternLength(value);
  if (length > MAX_PATTERN_LENGTH)
    throw new InvalidPattern(`It has ${length} characters; at most ${MAX_PATTERN_LENGTH} are allowed`, '');
  if (!isObject(value)) throw new InvalidPattern('Filter is not an object', '');
  return parseObject([new Map()], value, { path: [], inOr: false });
}

type Place = { readonly path: readonly string[]; readonly inOr: boolean };

/** Adds the fields of a pattern's object to each branch. */
function parseObject(branches: EventPattern, object: object, { path, inOr }: Place): EventPattern {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(object);
  if (entries.length === 0) throw new InvalidPattern('Empty objects are not allowed', path.join('.'));
  return entries.reduce((soFar, [name, value]) => {
    if (name === '$or') return parseOr(soFar, value, path);
    const here = [...path, name];
    const at = here.join('.');
    if (inOr && RESERVED.has(name))
      throw new InvalidPattern(`${name} is Ruler reserved fieldName which cannot be used inside $or.`, at);
    if (isObject(value)) return parseObject(soFar, value, { path: here, inOr });
    if (!Array.isArray(value)) throw new InvalidPattern(`"${name}" must be an object or an array`, at);
    return withField(soFar, at, value);
  }, branches);
}

function withField(branches: EventPattern, at: string, entries: readonly unknown[]): EventPattern {
  if (entries.length === 0) throw new InvalidPattern('Empty arrays are not allowed', at);
  if (branches.some((branch) => branch.has(at)))
    throw new InvalidPattern(`Path \`${at}\` cannot be allowed multiple times`, at);
  const matchers = entries.map((entry) => parseMatcher(entry, at));
  return branches.map((branch) => new Map([...branch, [at, matchers]]));
}

/** Multiplies the branches by the arms of `$or`. */
function parseOr(branches: EventPattern, arms: unknown, path: readonly string[]): EventPattern {
  const at = [...path, '$or'].join('.');
  if (!Array.isArray(arms)) throw new InvalidPattern('It must be an Array followed with $or.', at);
  if (arms.length * branches.length > MAX_BRANCHES) throw tooManyBranches(at);
  const all = arms.flatMap((arm: unknown) => {
    if (!isObject(arm))
      throw new InvalidPattern('Only JSON object is allowed in array of $or relationship.', at);
    return parseObject(branches, arm, { path, inOr: true });
  });
  if (arms.length < 2)
    throw new InvalidPattern('There must have at least 2 Objects in $or relationship.', at);
  if (all.length > MAX_BRANCHES) throw tooManyBranches(at);
  return all;
}

const tooManyBranches = (at: string): InvalidPattern =>
  new InvalidPattern(`The $or arrays have more than ${MAX_BRANCHES} combinations`, at);
