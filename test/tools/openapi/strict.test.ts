import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { mistakesIn } from '../../support/openapi.ts';
import { BEYOND_SCHEMAS, patternsBeyond } from '../../support/strictness/beyond.ts';
import { differenceAt, PARTS, partOf } from '../../support/strictness/parts.ts';

describe('the schemas of the document', () => {
  it.each(PARTS)('take what the code takes: $name', async (part) => {
    await fc.assert(
      fc.asyncProperty(part.values, async (value) => {
        expect(differenceAt(part, value, patternsBeyond)).toBeUndefined();
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  it.each(BEYOND_SCHEMAS)('can’t express, but the code checks: $reason', ({ part, value, message }) => {
    const { schema, problems } = partOf(part);
    expect(mistakesIn(schema, value)).toEqual([]);
    expect(problems(value)).toEqual([expect.stringMatching(message)]);
  });
});
