import assert from 'node:assert/strict';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_PATTERN_LENGTH, problemOfPattern } from '../../lib/events/pattern.ts';
import { parseEventPattern } from '../../local/eventbridge/event-language.ts';
import { matchesEventPattern } from '../../local/eventbridge/event-match.ts';
import { isValid } from '../support/event-patterns.ts';
import { countWork, hostilePattern, worstPattern } from '../support/hostile-patterns.ts';
import { holdsFor } from '../support/property.ts';

/** Reads and writes that a pattern of 2048 characters may cost: some 10 a character. */
const MAX_WORK = 20_000;

const LIMITS = { sources: ['aws.s3', 'shop.*'], own: 'taskbridge.prod', space: 'team-a' };
const WORST = worstPattern({});
const judge = (pattern: object): void => void problemOfPattern(pattern, LIMITS);

const parse = (pattern: object): void => void isValid(pattern);

describe('a pattern that is made to cost as much as it can', () => {
  it.each([
    ['by the check of its sources', judge],
    ['by the embedded EventBridge', parse],
  ])('is judged in bounded work %s', (_, work) => {
    expect(JSON.stringify(WORST).length).toBeGreaterThan(MAX_PATTERN_LENGTH - 20);
    expect(countWork(WORST, work)).toBeLessThan(MAX_WORK);
    holdsFor(
      200,
      fc.property(hostilePattern, (pattern) => {
        const count = countWork(pattern, work);
        assert(count < MAX_WORK, `${count}: ${JSON.stringify(pattern)}`);
      }),
    );
  });

  it('is matched by the embedded EventBridge in bounded work', () => {
    const elements = Array.from({ length: 12 }, (_, index) => ({ [`f${index % 3}`]: 1, a0: 1 }));
    const names = Array.from({ length: 12 }, (_, index) => `l${index}`);
    // Each field has many candidates, and no two fields agree on one.
    const event = Object.fromEntries(names.map((name) => [name, elements]));
    const pattern = Object.fromEntries(
      names.flatMap((name) => ['f0', 'f1'].map((of) => [`${name}.${of}`, [1]] as const)),
    );
    const parsed = parseEventPattern(pattern);
    expect(countWork(event, (one) => expect(matchesEventPattern(parsed, one)).toBe(false))).toBeLessThan(
      500_000,
    );
  });
});
