import fc from 'fast-check';
import { anyCharacter } from '../../support/any-character.ts';

/** Set it to the seed of a failure to repeat that; to any other number for other values. */
const SEED = Number(process.env.FAULTS_SEED ?? 1);

/** Checks a property with random values. A failure prints the seed and the smallest value that fails. */
export function holdsForAll<T>(
  runs: number,
  values: fc.Arbitrary<T>,
  look: (value: T) => Promise<void>,
): Promise<void> {
  return fc.assert(fc.asyncProperty(values, look), { numRuns: runs, seed: SEED });
}

/** A value where another is expected. */
export const odd: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom<unknown>(
      ...[null, true, false, 0, -1, 1.5, 1e21, 2 ** 53, '', ' ', '0', 'null', '../..', '%2f', '\u0000', '*'],
      ...['a'.repeat(5_000), '\ud800', '💥', [], {}, [[]], [null], { a: null }, [{}], { '': '' }],
    ),
  },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ unit: anyCharacter, maxLength: 40 }) },
);

/** Names that a key may get: ones that objects have of themselves, and ones of other fields. */
const KEYS = ['__proto__', 'constructor', 'toString', '', 'a', 'spec', 'name', 'command', 'n'.repeat(300)];

type Change = {
  /** Index of the place in the value. */
  readonly place: number;
  readonly how: 'replace' | 'remove' | 'add' | 'wrap' | 'rename' | 'respell';
  readonly value: unknown;
  readonly key: string;
};

const change: fc.Arbitrary<Change> = fc.record({
  place: fc.nat(),
  how: fc.constantFrom(...(['replace', 'remove', 'add', 'wrap', 'rename', 'respell'] as const)),
  value: odd,
  key: fc.constantFrom(...KEYS),
});

/** A JSON value as it is meant, with one to four places of it spoilt, or, rarely, any JSON value. */
export const mangled = (meant: unknown): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.constant(meant) },
    { weight: 1, arbitrary: odd },
    {
      weight: 10,
      arbitrary: fc
        .array(change, { minLength: 1, maxLength: 4 })
        .map((changes) => changes.reduce(spoil, meant)),
    },
  );

/** Number of values within a value, itself included. */
function placesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + placesIn(inner), 1);
}

/** The value with one of its places spoilt. */
function spoil(whole: unknown, given: Change): unknown {
  let left = given.place % placesIn(whole);
  const walk = (value: unknown): readonly unknown[] => {
    if (left-- === 0) return spoilt(value, given);
    if (Array.isArray(value)) return [value.flatMap(walk)];
    if (typeof value !== 'object' || value === null) return [value];
    const entries = Object.entries(value).flatMap(([key, inner]) => {
      const isMeant = left === 0;
      return walk(inner).map((one) => [isMeant && given.how === 'rename' ? given.key : key, one]);
    });
    return [Object.fromEntries(entries)];
  };
  return walk(whole)[0];
}

/** Replacement of a value: none or one. */
function spoilt(value: unknown, { how, value: odd, key, place }: Change): readonly unknown[] {
  if (how === 'remove') return [];
  if (how === 'wrap') return [[value]];
  if (how === 'rename') return [value];
  if (how === 'add' && Array.isArray(value)) return [[...value, odd, odd]];
  if (how === 'add' && typeof value === 'object')
    return [Object.fromEntries([...Object.entries({ ...value }), [key, odd]])];
  if (how === 'respell' && typeof value === 'string') {
    const at = place % (value.length + 1);
    return [`${value.slice(0, at)}${typeof odd === 'string' ? odd.slice(0, 3) : key}${value.slice(at + 1)}`];
  }
  return [odd];
}
