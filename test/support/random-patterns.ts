import fc from 'fast-check';
import { MAX_PATTERN_LENGTH } from '../../lib/events/pattern.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Short texts of few letters, so that they often match; those whose cases differ in length or number; addresses. */
const text = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'ß', 'S', 's'), maxLength: 4 }) },
  fc.string({
    unit: fc.constantFrom('é', 'É', 'ς', 'Σ', 'σ', 'ǅ', 'ǆ', 'Ǆ', 'İ', 'i', 'ŉ', 'K', 'k'),
    maxLength: 3,
  }),
  fc.constantFrom(
    '10.0.0.1',
    '10.0.1.0',
    '010.0.0.1',
    '::1',
    '0:0:0:0:0:0:0:1',
    '2001:db8::1',
    '1',
    '1.0',
    'null',
    '😀',
  ),
);
const someText = text.filter((one) => one !== '');

/** Numbers within the range, the six decimals and the 15 digits that AWS's User Guide names. */
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(300, 1.5, -1.5, 0.000001, -0.000001, 4999.999999, -4999.999999, 4e9, -4e9, 123456.789),
);
const scalar = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: number },
  fc.boolean(),
  fc.constant(null),
);

const wildcard = fc
  .string({ unit: fc.constantFrom('a', 'b', 'A', '*', 'é', '\\*', '\\\\'), maxLength: 6 })
  .map((one) => one.replace(/(?<!\\)\*+/g, '*'));

const range = fc
  .tuple(fc.constantFrom('>', '>='), number, fc.constantFrom('<', '<='), number)
  .filter(([, bottom, , top]) => bottom < top);
const listOf = <T extends Json>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 });

const anythingBut = fc.oneof(
  fc.oneof(text, number, listOf(text), listOf(number)),
  fc.oneof(someText, listOf(someText)).map((prefix) => ({ prefix })),
  fc.oneof(someText, listOf(someText)).map((suffix) => ({ suffix })),
  fc.oneof(text, listOf(text)).map((one) => ({ 'equals-ignore-case': one })),
  fc.oneof(wildcard, listOf(wildcard)).map((one) => ({ wildcard: one })),
);

const operator = fc.oneof<fc.Arbitrary<Json>[]>(
  fc
    .oneof(
      text,
      text.map((one) => ({ 'equals-ignore-case': one })),
    )
    .map((prefix) => ({ prefix })),
  fc
    .oneof(
      text,
      text.map((one) => ({ 'equals-ignore-case': one })),
    )
    .map((suffix) => ({ suffix })),
  text.map((one) => ({ 'equals-ignore-case': one })),
  wildcard.map((one) => ({ wildcard: one })),
  fc.boolean().map((exists) => ({ exists })),
  fc.tuple(fc.constantFrom('=', '<', '<=', '>', '>='), number).map((numeric) => ({ numeric })),
  range.map((numeric) => ({ numeric })),
  fc
    .constantFrom('10.0.0.0/8', '10.0.0.0/24', '10.0.0.1/31', '::/64', '2001:db8::/32')
    .map((cidr) => ({ cidr })),
);

/** Entries that Event Ruler may refuse. */
const odd = fc.constantFrom<Json>(
  ...[
    {},
    [],
    ['a'],
    { like: 'a' },
    { prefix: 1 },
    { prefix: 'a', suffix: 'a' },
    { suffix: {} },
    { exists: 1 },
  ],
  ...[
    { wildcard: 'a**' },
    { wildcard: 'a\\b' },
    { wildcard: 1 },
    { numeric: [] },
    { numeric: ['<'] },
    { numeric: 1 },
  ],
  ...[
    { numeric: ['>', 2, '<', 1] },
    { numeric: ['=', 'a'] },
    { numeric: ['!', 1] },
    { cidr: '10.0.0.0' },
    { cidr: 1 },
  ],
  ...[{ cidr: '10.0.0.0/32' }, { cidr: '300.0.0.0/8' }, { 'anything-but': [] }, { 'anything-but': ['a', 1] }],
  ...[
    { 'anything-but': null },
    { 'anything-but': {} },
    { 'anything-but': { prefix: '' } },
    { 'anything-but': [null] },
  ],
  ...[{ 'anything-but': { prefix: 1 } }, { 'equals-ignore-case': 1 }, { 'anything-but': { like: 'a' } }],
);

/** Null, but one time of so many. */
const sometimes = <T>(arbitrary: fc.Arbitrary<T>, of: number): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: of - 1, arbitrary: fc.constant(null) }, { weight: 1, arbitrary });

/** A list of entries; at most one `anything-but`, of which Event Ruler mixes up several. */
const entries = fc
  .tuple(
    fc.array(fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 3, arbitrary: operator }), {
      minLength: 1,
      maxLength: 3,
    }),
    sometimes(anythingBut, 4),
    sometimes(odd, 60),
  )
  .map(([some, but, other]): readonly Json[] => [
    ...(but === null ? some : [...some.slice(1), { 'anything-but': but }]),
    ...(other === null ? [] : [other]),
  ]);

const NAMES = ['a', 'b', 'c'];

/** Patterns over few names, as JSON. Those of any entries are invalid at times. */
const patternOf = (list: fc.Arbitrary<readonly Json[]>): fc.Arbitrary<string> =>
  fc
    .letrec<{ fields: Json; value: Json; whole: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 2, withCrossShrink: true },
        { weight: 3, arbitrary: list },
        { weight: 1, arbitrary: tie('fields') },
      ),
      fields: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), {
        ...{ minKeys: 1, maxKeys: 2, noNullPrototype: true },
      }),
      whole: fc
        .tuple(tie('fields'), sometimes(fc.array(tie('fields'), { minLength: 2, maxLength: 3 }), 4))
        .map(([fields, $or]): Json => ($or === null ? fields : { ...Object(fields), $or })),
    }))
    .whole.map((pattern) => JSON.stringify(pattern))
    .filter(({ length }) => length <= MAX_PATTERN_LENGTH);

/** Events over the same names, as JSON, with objects in arrays. */
const eventOf = (leaf: fc.Arbitrary<Json>): fc.Arbitrary<string> =>
  fc
    .letrec<{ object: Json; value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        leaf,
        tie('object'),
        fc.array(leaf, { maxLength: 3 }),
        fc.array(tie('object'), { maxLength: 3 }),
      ),
      object: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), {
        ...{ minKeys: 1, maxKeys: 3, noNullPrototype: true },
      }),
    }))
    .object.map((event) => JSON.stringify(event));

/** Entries that match often, so that which elements of arrays belong together decides. */
const loose = fc.array(
  fc.constantFrom<Json>(1, 2, { exists: true }, { exists: false }, { 'anything-but': 1 }),
  {
    ...{ minLength: 1, maxLength: 2 },
  },
);

/** Patterns with events: of all operators and many values, and of few. */
export const RANDOM: Readonly<
  Record<string, { readonly pattern: fc.Arbitrary<string>; readonly event: fc.Arbitrary<string> }>
> = {
  'all operators': { pattern: patternOf(entries), event: eventOf(scalar) },
  'arrays of objects': { pattern: patternOf(loose), event: eventOf(fc.constantFrom(1, 2)) },
};
