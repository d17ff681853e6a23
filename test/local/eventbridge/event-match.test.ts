import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseEventPattern } from '../../../local/eventbridge/event-language.ts';
import { matchesEventPattern } from '../../../local/eventbridge/event-match.ts';
import { branchesOf, isValid, patternExamples } from '../../support/event-patterns.ts';
import { holdsFor } from '../../support/property.ts';

const matches = (pattern: unknown, event: unknown): boolean =>
  matchesEventPattern(parseEventPattern(pattern), event);

/** Tests if one entry of a list matches a value. */
const takes = (entry: unknown, value: unknown): boolean => matches({ x: [entry] }, { x: value });

describe('a pattern', () => {
  const examples = patternExamples();

  it.each([...new Set(examples.map(({ what }) => what))])('%s', (what) => {
    const mine = examples.filter((example) => example.what === what);
    const answers = mine.map(({ pattern, event, matches: _, ...rest }) => ({
      ...rest,
      pattern,
      event,
      matches: matches(pattern, event),
    }));
    expect(answers).toEqual(mine);
    expect(new Set(mine.map((example) => example.matches))).toEqual(new Set([true, false]));
  });
});

const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom('10.0.0.1', '::1', 'a*b', 'a\\b', '', 'null'),
);
const number = fc.oneof(
  fc.integer(),
  fc.integer({ min: -5_000_000, max: 5_000_000 }).map((n) => n / 1000),
);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));

type Tree = { readonly [name: string]: Tree | Tree[] | string | number | boolean | null };
const event = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof({ depthSize: 'small' }, scalar, tie('tree'), fc.array(tie('tree'), { maxLength: 3 })),
    { maxKeys: 3, noNullPrototype: true },
  ),
})).tree;

/** Scalars of an event, each as the pattern that matches exactly it. */
function literals(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(literals);
  if (typeof value !== 'object' || value === null) return [[value]];
  return Object.entries(value).flatMap(([name, member]) => literals(member).map((one) => ({ [name]: one })));
}

describe('any pattern', () => {
  it('with a value of the event matches it', () => {
    holdsFor(
      500,
      fc.property(event, (one) => {
        for (const pattern of literals(one)) assert.ok(matches(pattern, one), JSON.stringify(pattern));
      }),
    );
  });

  it('with anything-but matches exactly the values that it does not match without', () => {
    const operand = fc.oneof(
      text.filter((one) => !/^[\d.:a-f]+$/i.test(one)),
      text.filter((one) => one !== '').map((prefix) => ({ prefix })),
      text.filter((one) => one !== '').map((suffix) => ({ suffix })),
      text.map((one) => ({ 'equals-ignore-case': one })),
      fc.constantFrom({ wildcard: '*a*' }, { wildcard: '1*' }),
      number,
    );
    holdsFor(
      1000,
      fc.property(operand, scalar, (one, value) => {
        assert.equal(takes({ 'anything-but': one }, value), !takes(one, value));
      }),
    );
  });

  it('with a prefix, a suffix or wildcards of a text matches that text', () => {
    holdsFor(
      1000,
      fc.property(fc.string(), fc.nat(), fc.nat(), (value, one, other) => {
        const [from, to] = [one, other].map((place) => place % (value.length + 1)).toSorted((a, b) => a - b);
        const escaped = (part: string) => part.replace(/[\\*]/g, (found) => `\\${found}`);
        const wildcard = `${escaped(value.slice(0, from))}*${escaped(value.slice(to))}`;
        const found = [
          takes({ prefix: value.slice(0, from) }, value),
          takes({ suffix: value.slice(from) }, value),
          takes({ wildcard }, value),
        ];
        assert.deepEqual(found, [true, true, true]);
      }),
    );
  });

  it('with wildcards matches as the equivalent regular expression does', () => {
    const few = fc.array(fc.constantFrom('a', 'b', '*'), { maxLength: 8 }).map((letters) => letters.join(''));
    holdsFor(
      2000,
      fc.property(few, fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 }), (letters, value) => {
        const wildcard = letters.replace(/\*+/g, '*');
        const expected = new RegExp(`^${wildcard.replaceAll('*', '.*')}$`).test(value);
        assert.equal(takes({ wildcard }, value), expected);
      }),
    );
  });

  it('with $or matches if one of its arms does', () => {
    const arm = event.filter((one) => literals(one).length > 0).map((one) => literals(one)[0]);
    holdsFor(
      500,
      fc.property(arm, arm, event, (one, other, value) => {
        assert.equal(matches({ $or: [one, other] }, value), matches(one, value) || matches(other, value));
      }),
    );
  });

  it('with $or anywhere matches if one of its branches does', () => {
    const value = fc.constantFrom(1, 'x', true, { exists: false });
    const field = fc.tuple(fc.constantFrom('a', 'b', 'c', 'a.b', 'a.c', 'b.a'), value);
    const { pattern } = fc.letrec<{ pattern: object; fields: object; or: object }>((tie) => ({
      fields: fc
        .array(field, { minLength: 1, maxLength: 2 })
        .map((fields) => Object.fromEntries(fields.map(([name, one]) => [name, [one]]))),
      or: fc.array(tie('pattern'), { minLength: 2, maxLength: 3 }).map(($or) => ({ $or })),
      pattern: fc.oneof(
        { depthSize: 'small' },
        tie('fields'),
        tie('or'),
        fc.tuple(tie('fields'), tie('or')).map(([fields, or]) => ({ ...fields, ...or })),
        fc.tuple(tie('or'), tie('or')).map(([or, inner]) => ({ ...or, a: inner })),
      ),
    }));
    const small = fc.record({ a: event, b: fc.array(event, { maxLength: 3 }), c: fc.constantFrom(1, 'x') });
    const one = fc.constantFrom(1, 'x', 2);
    const element = fc.record({ a: one, b: one, c: one }, { requiredKeys: [] });
    const lists = fc.record({ a: fc.array(element), b: fc.array(element), c: fc.array(one) });
    let [matching, other] = [0, 0];
    holdsFor(
      1_000,
      fc.property(pattern, fc.oneof(small, lists), (of, what) => {
        fc.pre(isValid(of));
        const expected = branchesOf(of).some((branch) => matches(branch, what));
        assert.equal(matches(of, what), expected);
        if (expected) matching += 1;
        else other += 1;
      }),
    );
    assert(matching > 50 && other > 50);
  });

  it('with numeric comparisons agrees with the order of numbers, to a millionth', () => {
    const millionths = fc.integer({ min: -3_000_000, max: 3_000_000 });
    holdsFor(
      1000,
      fc.property(millionths, millionths, (one, other) => {
        const answers = ['<', '<=', '=', '>=', '>'].map((is) =>
          takes({ numeric: [is, other / 1e6] }, one / 1e6),
        );
        assert.deepEqual(answers, [one < other, one <= other, one === other, one >= other, one > other]);
      }),
    );
  });

  it.each([
    ['ipv4', fc.ipV4(), 31],
    ['ipv6', fc.ipV6().filter((one) => !one.includes('.')), 127],
  ] as const)('with a CIDR block agrees with Node: %s', (family, address, most) => {
    holdsFor(
      1000,
      fc.property(address, address, fc.integer({ min: 1, max: most }), (base, other, bits) => {
        const list = new BlockList();
        list.addSubnet(base, bits, family);
        const found = [other, base].map((one) => takes({ cidr: `${base}/${bits}` }, one));
        assert.deepEqual(found, [list.check(other, family), true]);
      }),
    );
  });
});

it('finds the element with all fields among thousands within its budget', () => {
  const people = Array.from({ length: 3000 }, (_, id) => ({ id, left: id, right: id + 1 }));
  const of = { left: [{ exists: true }], right: [{ exists: true }] };
  expect(matches({ people: { ...of, id: [2999] } }, { people })).toBe(true);
  expect(matches({ people: { ...of, id: [3000] } }, { people })).toBe(false);
});

// Answers of Event Ruler 1.7.3 and 2.1.0; npm run test:ruler compares random ones.
describe('a field that may be absent beside one in an array of objects', () => {
  const of = { a: { b: [1], c: [{ exists: false }] } };

  it.each<readonly [object, object, boolean]>([
    [of, { a: [{ b: 1 }, { c: 2 }] }, true],
    [of, { a: [{ b: 1, c: 2 }, { b: 1 }] }, true],
    [of, { a: [{ c: 2 }, { b: 1 }] }, true],
    [of, { a: [{ b: 1, c: 2 }] }, false],
    [{ a: { b: [{ exists: false }], c: [1] } }, { a: [{ b: 1 }, { c: 1 }] }, false],
    [{ $or: [of, { a: { d: [1] } }] }, { a: [{ b: 1 }, { c: 2 }] }, true],
  ])('%j and %j: %s', (pattern, event, expected) => {
    expect(matches(pattern, event)).toBe(expected);
  });
});

describe('a text in any case', () => {
  it.each([
    ['ß', 'SS', true],
    ['ß', 'ss', false],
    ['ς', 'Σ', true],
    ['ς', 'σ', false],
    ['ǅ', 'Ǆ', true],
    ['ǅ', 'ǅ', false],
    ['aB', 'Ab', true],
    ['a', 'ab', false],
  ])('%s and %s: %s', (text, value, expected) => {
    expect(takes({ 'equals-ignore-case': text }, value)).toBe(expected);
    expect(takes({ prefix: { 'equals-ignore-case': text } }, `${value}x`)).toBe(expected || text === 'a');
    expect(takes({ suffix: { 'equals-ignore-case': text } }, `x${value}`)).toBe(expected);
  });
});
