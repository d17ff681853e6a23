import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_PATTERN_LENGTH } from '../../../lib/events/pattern.ts';
import { parseEventPattern } from '../../../local/eventbridge/event-language.ts';
import { InvalidPattern } from '../../../local/eventbridge/event-matcher.ts';
import { patternExamples } from '../../support/event-patterns.ts';
import { holdsFor } from '../../support/property.ts';

/** Field and message of an invalid pattern. */
function refusal(pattern: unknown): string {
  try {
    parseEventPattern(pattern);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof InvalidPattern)) throw error;
    return error.at === '' ? error.message : `${error.at}: ${error.message}`;
  }
}

const of = (entry: unknown) => ({ detail: { x: [entry] } });

/** The words are those of AWS's Event Ruler 2.1.0, but for lines marked with "ours". */
describe('an invalid pattern is rejected in the words of EventBridge', () => {
  it.each<readonly [unknown, string]>([
    [[], 'Filter is not an object'],
    ['x', 'Filter is not an object'],
    [null, 'Filter is not an object'],
    [{}, 'Empty objects are not allowed'],
    [{ detail: {} }, 'detail: Empty objects are not allowed'],
    [{ detail: { state: [] } }, 'detail.state: Empty arrays are not allowed'],
    [{ detail: { state: 'running' } }, 'detail.state: "state" must be an object or an array'],
    [{ detail: null }, 'detail: "detail" must be an object or an array'],
    [of([]), 'detail.x: Match value must be String, number, true, false, or null'],
    [of({}), 'detail.x: Match expression name not found'],
    [of({ like: 'a' }), 'detail.x: Unrecognized match type like'],
    [of({ constructor: 'a' }), 'detail.x: Unrecognized match type constructor'],
    [of({ prefix: 1 }), 'detail.x: prefix match pattern must be a string'],
    [of({ prefix: ['a'] }), 'detail.x: prefix match pattern must be a string'],
    [of({ prefix: 'a', suffix: 'b' }), 'detail.x: Only one key allowed in match expression'],
    [of({ prefix: {} }), 'detail.x: Prefix expression name not found'],
    [of({ prefix: { wildcard: 'a' } }), 'detail.x: Unsupported prefix pattern: wildcard'],
    [of({ suffix: { prefix: 'a' } }), 'detail.x: Unsupported suffix pattern: prefix'],
    [of({ suffix: null }), 'detail.x: suffix match pattern must be a string'],
    [of({ 'equals-ignore-case': ['a'] }), 'detail.x: equals-ignore-case match pattern must be a string'],
    [of({ wildcard: 1 }), 'detail.x: wildcard match pattern must be a string'],
    [of({ wildcard: 'a**b' }), 'detail.x: Consecutive wildcard characters at pos 2'],
    [of({ wildcard: 'a\\b' }), 'detail.x: Invalid escape character at pos 2'],
    [of({ wildcard: 'ab\\' }), 'detail.x: Invalid escape character at pos 3'],
    [of({ exists: 'true' }), 'detail.x: exists match pattern must be either true or false.'],
    [of({ cidr: 1 }), 'detail.x: prefix match pattern must be a string'],
    [of({ cidr: '10.0.0.1' }), "detail.x: Malformed CIDR, one '/' required"],
    [of({ cidr: '10.0.0.1/x' }), 'detail.x: Malformed CIDR, mask bits must be an integer'],
    [of({ cidr: '10.0.0.1/-1' }), 'detail.x: Malformed CIDR, mask bits must not be negative'],
    [of({ cidr: '10.0.0.1/32' }), 'detail.x: IPv4 mask bits must be < 32'],
    [of({ cidr: '::1/128' }), 'detail.x: IPv6 mask bits must be < 128'],
    [of({ cidr: '10.0.0.256/8' }), 'detail.x: Invalid IP address: 10.0.0.256'],
    [of({ cidr: 'localhost/8' }), 'detail.x: Nonstandard IP address: localhost'],
    [of({ numeric: 5 }), 'detail.x: Value of numeric must be an array.'],
    [of({ numeric: [5] }), 'detail.x: Invalid member in numeric match: 5'],
    [of({ numeric: ['!=', 5] }), 'detail.x: Unrecognized numeric range operator: !='],
    [of({ numeric: ['=', 'a'] }), 'detail.x: Value of equals must be numeric'],
    [of({ numeric: ['<'] }), 'detail.x: Value of < must be numeric'],
    [of({ numeric: ['<', 5, '>', 1] }), 'detail.x: Too many elements in numeric expression'],
    [of({ numeric: ['>', 5, 6] }), 'detail.x: Bad value in numeric range: 6'],
    [of({ numeric: ['>', 5, '>', 6] }), 'detail.x: Bad numeric range operator: >'],
    [of({ numeric: ['>', 5, '<'] }), 'detail.x: Value of < must be numeric'],
    [of({ numeric: ['>', 1, '<', 2, '<'] }), 'detail.x: Too many terms in numeric range expression'],
    [of({ numeric: ['>', 5, '<', 5] }), 'detail.x: Bottom must be less than top'],
    // Of Event Ruler 1 and the User Guide; version 2 compares larger ones.
    [of({ numeric: ['>', 6e9] }), 'detail.x: Value must be between -5.0E9 and 5.0E9, inclusive'],
    [of({ numeric: ['>', 1], prefix: 'a' }), 'detail.x: Too many elements in numeric expression'],
    [
      of({ 'anything-but': null }),
      'detail.x: Value of anything-but must be an array or single string/number value.',
    ],
    [
      of({ 'anything-but': ['a', 1] }),
      'detail.x: Inside anything but list, either all values are number or string, mixed type is not supported',
    ],
    [
      of({ 'anything-but': [] }),
      'detail.x: Inside anything but list, either all values are number or string, mixed type is not supported',
    ],
    [
      of({ 'anything-but': [null] }),
      'detail.x: Inside anything but list, start|null|boolean is not supported.',
    ],
    [of({ 'anything-but': {} }), 'detail.x: Anything-But expression name not found'],
    [of({ 'anything-but': { numeric: ['=', 1] } }), 'detail.x: Unsupported anything-but pattern: numeric'],
    [of({ 'anything-but': { prefix: '' } }), 'detail.x: Null prefix/suffix not allowed'],
    [of({ 'anything-but': { suffix: 1 } }), 'detail.x: prefix/suffix match pattern must be a string'],
    [
      of({ 'anything-but': { wildcard: ['a', 'b**'] } }),
      'detail.x: Consecutive wildcard characters at pos 2',
    ],
    // Ours: Event Ruler takes it and fails at the first event.
    [of({ 'anything-but': { prefix: [] } }), 'detail.x: Empty arrays are not allowed'],
    [{ $or: { a: ['x'] } }, '$or: It must be an Array followed with $or.'],
    [{ $or: [{ a: ['x'] }, 'x'] }, '$or: Only JSON object is allowed in array of $or relationship.'],
    [
      { detail: { $or: [{ a: ['x'] }] } },
      'detail.$or: There must have at least 2 Objects in $or relationship.',
    ],
    [{ $or: [{ a: ['x'] }, {}] }, 'Empty objects are not allowed'],
    [
      { $or: [{ a: ['x'] }, { numeric: [1] }] },
      'numeric: numeric is Ruler reserved fieldName which cannot be used inside $or.',
    ],
    [{ a: ['x'], $or: [{ a: ['y'] }, { b: ['z'] }] }, 'a: Path `a` cannot be allowed multiple times'],
    [{ a: { b: ['x'] }, 'a.b': ['y'] }, 'a.b: Path `a.b` cannot be allowed multiple times'],
  ])('%j', (pattern, words) => {
    expect(refusal(pattern)).toBe(words);
  });

  it('accepts 2048 characters, and no more', () => {
    const ofLength = (length: number) => ({ a: ['x'.repeat(length - '{"a":[""]}'.length)] });
    expect(refusal(ofLength(MAX_PATTERN_LENGTH))).toBe('accepted');
    expect(refusal(ofLength(MAX_PATTERN_LENGTH + 1))).toMatch('It has 2049 characters; at most 2048');
  });

  it('accepts 1000 combinations of $or, and no more', () => {
    const arms = (count: number, name: string) =>
      ({ $or: Array.from({ length: count }, (_, index) => ({ [`${name}${index}`]: [1] })) }) as const;
    const of = (count: number) => ({ d: arms(10, 'a'), e: arms(10, 'b'), f: arms(count, 'c') });
    expect(refusal(of(10))).toBe('accepted');
    expect(refusal(of(11))).toBe('f.$or: The $or arrays have more than 1000 combinations');
  });

  it('accepts all examples', () => {
    expect(
      patternExamples()
        .map(({ pattern }) => refusal(pattern))
        .filter((one) => one !== 'accepted'),
    ).toEqual([]);
  });

  it('accepts or rejects any JSON without a crash', () => {
    holdsFor(
      2000,
      fc.property(fc.jsonValue({ maxDepth: 5 }), (json) => {
        expect(typeof refusal(json)).toBe('string');
      }),
    );
  });
});
