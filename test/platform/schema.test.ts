import { equal } from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as v from 'valibot';
import { show } from '../../lib/platform/json.ts';
import { fields, parse } from '../../lib/platform/schema.ts';
import { nested } from '../support/http-event.ts';
import { holdsFor } from '../support/property.ts';

const Body = fields({ names: v.optional(v.array(v.string('No text.'))) });

const problemsOf = (input: object) => {
  const parsed = parse(Body, input, 'body');
  return parsed.ok ? [] : parsed.errors;
};

describe('what is said of wrong fields', () => {
  it('repeats no more than the beginning of a long name', () => {
    expect(problemsOf({ ['x'.repeat(200_000)]: 1 })).toEqual([
      { field: `${'x'.repeat(80)}…`, message: 'Unknown field; allowed: names.' },
    ]);
  });

  it.each<[string, unknown, string]>([
    ['a long text', 'x'.repeat(200_000), `"${'x'.repeat(79)}…`],
    ['a text with quotes', '"'.repeat(100), `"${'\\"'.repeat(39)}\\…`],
    ['a long list', Array.from({ length: 100_000 }, () => 1), `[${'1,'.repeat(39)}1…`],
    ['a list of objects', [{ a: 1, b: [null, 'c'] }, {}], '[{"a":1,"b":[null,"c"]},{}]'],
    ['an object with a long name', { ['y'.repeat(100_000)]: 1 }, `{"${'y'.repeat(78)}…`],
    ['lists within each other', nested(100_000), `${'['.repeat(80)}…`],
    ['undefined', undefined, 'undefined'],
    ['a name that is no name of a field', JSON.parse('{"__proto__":1}'), '{"__proto__":1}'],
  ])('shows the beginning of %s', (_, value, shown) => {
    expect(show(value)).toBe(shown);
  });

  it('shows a short value as JSON', () => {
    holdsFor(
      300,
      fc.property(fc.jsonValue(), (value) => {
        const json = JSON.stringify(value);
        equal(show(value), json.length > 80 ? `${json.slice(0, 80)}…` : json);
      }),
    );
  });

  it('names the first twenty, and how many more there are', () => {
    const problems = problemsOf({ names: Array.from({ length: 5_000 }, (_, index) => index) });
    expect(problems).toHaveLength(21);
    expect(problems.slice(-2)).toEqual([
      { field: 'names[19]', message: 'No text.' },
      { field: 'body', message: '4980 more problems.' },
    ]);
  });
});
