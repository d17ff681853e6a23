import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { patternsBeyond } from '../../support/strictness/beyond.ts';
import { differenceAt, PARTS } from '../../support/strictness/parts.ts';

/** Set it to the seed of a failure to repeat that; to any other number for other values. */
const SEED = Number(process.env.STRICT_SEED ?? 1);

describe('the schemas of the document, by thousands of values', () => {
  it.each(PARTS)('take what the code takes: $name', async (part) => {
    const numRuns = part.name.endsWith(' body') ? 4_000 : 1_000;
    await fc.assert(
      fc.asyncProperty(part.values, async (value) => {
        expect(differenceAt(part, value, patternsBeyond)).toBeUndefined();
      }),
      { numRuns, seed: SEED },
    );
  });
});
