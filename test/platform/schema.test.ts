import { describe, expect, it } from '@jest/globals';
import * as v from 'valibot';
import { fields, parse } from '../../lib/platform/schema.ts';

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

  it('names the first twenty, and how many more there are', () => {
    const problems = problemsOf({ names: Array.from({ length: 5_000 }, (_, index) => index) });
    expect(problems).toHaveLength(21);
    expect(problems.slice(-2)).toEqual([
      { field: 'names[19]', message: 'No text.' },
      { field: 'body', message: '4980 more problems.' },
    ]);
  });
});
