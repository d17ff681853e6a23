import fc from 'fast-check';
import { MAX_PATTERN_LENGTH } from '../../lib/events/pattern.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Pattern = { readonly [name: string]: Json };

const fits = (pattern: Pattern): boolean => JSON.stringify(pattern).length <= MAX_PATTERN_LENGTH;

/** Adds fields to a pattern for as long as it is not too long for EventBridge. */
function filled(pattern: Pattern, entry: Json, first: boolean): Pattern {
  let full = pattern;
  for (let field = 0; ; field += 1) {
    const more = { [`f${field}`]: [entry] };
    const next = first ? { ...more, ...full } : { ...full, ...more };
    if (!fits(next)) return full;
    full = next;
  }
}

const entry = fc.constantFrom<Json>(
  ...[1, 'a', '', null, true, 1e308, -0, 5e9, '10.0.0.1', '::1', {}, [], { exists: false }],
  { wildcard: '*a*a*a*a*a*a*b' },
  { 'anything-but': ['a', 'b', 'c'] },
  { 'anything-but': { wildcard: ['*a*b*', '*c*'] } },
  { numeric: ['>', -5e9, '<', 5e9] },
  { cidr: '10.0.0.0/8' },
);

const field = fc.tuple(fc.constantFrom('a', 'source', '', '$or', 'x.y'), fc.array(entry, { maxLength: 40 }));

/** `$or` of `arms`, each with a field of its own. */
const or = (name: string, arms: number): Json =>
  Array.from({ length: arms }, (_, arm) => ({ [`${name}${arm}`]: [1] }));

/** Several `$or` beside each other, whose arms multiply. */
const beside = fc
  .array(fc.integer({ min: 0, max: 12 }), { maxLength: 30 })
  .map((sizes): Pattern => Object.fromEntries(sizes.map((size, at) => [`n${at}`, { $or: or('a', size) }])));

/** `$or` in the arms of `$or`. */
const inside = fc
  .tuple(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 3 }))
  .map(([depth, arms]) => {
    let pattern: Pattern = { source: ['aws.s3'] };
    for (let at = 0; at < depth; at += 1) pattern = { $or: [pattern, ...Array(arms).fill({ a: [1] })] };
    return pattern;
  });

/** Objects in objects. */
const deep = fc.integer({ min: 1, max: 340 }).map((depth) => {
  let pattern: Pattern = { source: [1] };
  for (let at = 0; at < depth; at += 1) pattern = { a: pattern };
  return pattern;
});

const lists = fc.array(field, { maxLength: 5 }).map((fields): Pattern => Object.fromEntries(fields));

/** Patterns that EventBridge's limit of length allows, made to cost as much as they can; many of them are invalid. */
export const hostilePattern: fc.Arbitrary<Pattern> = fc
  .tuple(fc.oneof(beside, inside, deep, lists), entry, fc.boolean(), fc.boolean())
  .filter(([pattern]) => fits(pattern))
  .map(([pattern, of, first, isFilled]) => (isFilled ? filled(pattern, of, first) : pattern));

/** `pins`, and three `$or` of ten arms beside 150 fields: a thousand branches, each of which has all fields. */
export const worstPattern = (pins: Pattern): Pattern =>
  filled(
    { ...pins, ...Object.fromEntries(['x', 'y', 'z'].map((name) => [name, { $or: or('a', 10) }])) },
    1,
    true,
  );

/**
 * Counts what `work` does to a value: reads of its fields and lists, and writes to a Map or a Set, copies included. A count
 * in place of a time, which a busy machine would change.
 */
export function countWork(value: object, work: (counted: object) => void): number {
  let count = 0;
  const counted = (inner: object): object =>
    new Proxy(inner, {
      get: (target, name, receiver) => {
        count += 1;
        const found: unknown = Reflect.get(target, name, receiver);
        return typeof found === 'object' && found !== null ? counted(found) : found;
      },
      ownKeys: (target) => {
        const keys = Reflect.ownKeys(target);
        count += keys.length;
        return keys;
      },
    });
  const { set } = Map.prototype;
  const { add } = Set.prototype;
  Map.prototype.set = function (...of) {
    count += 1;
    return set.apply(this, of);
  };
  Set.prototype.add = function (...of) {
    count += 1;
    return add.apply(this, of);
  };
  try {
    work(counted(value));
  } finally {
    Map.prototype.set = set;
    Set.prototype.add = add;
  }
  return count;
}
