import { describe, expect, it } from '@jest/globals';
import { complexityOf, isTooComplex } from '../../../local/eventbridge/complexity.ts';
import { parseEventPattern } from '../../../local/eventbridge/event-language.ts';

const complexity = (...texts: readonly string[]) =>
  complexityOf(parseEventPattern({ key: texts.map((wildcard) => ({ wildcard })) }), 100);

// Figures of Event Ruler 2.1.0; test/ruler compares random ones.
describe('the complexity of wildcard texts', () => {
  it.each<readonly [number, ...string[]]>([
    [2, '*'],
    [2, 'abc*'],
    [9, '*:a/*', '*:b/*', '*:c/*'],
    [12, '*:a/*', '*:b/*', '*:c/*', '*:d/*'],
    [10, '*.x00', '*.x01', '*.x02', '*.x03', '*.x04'],
    [12, '*.x00', '*.x01', '*.x02', '*.x03', '*.x04', '*.x05'],
    [11, '*a*a*a*a*a*'],
    [2, '*é'],
  ])('is %d for %s', (figure, ...texts) => {
    expect(complexity(...texts)).toBe(figure);
  });

  it('counts a text that is there twice once', () => {
    expect(complexity('*a', '*a')).toBe(complexity('*a'));
  });
});

const tooComplex = (pattern: object) => isTooComplex(parseEventPattern(pattern));
const six = ['a', 'b', 'c', 'd', 'e', 'f'].map((end) => ({ wildcard: `*.${end}` }));

describe('a pattern', () => {
  it.each<readonly [string, object, boolean]>([
    ['with six file endings', { key: six }, true],
    ['with five', { key: six.slice(1) }, false],
    ['with three each in two fields', { key: six.slice(3), name: six.slice(0, 3) }, false],
    ['with three each in two arms', { $or: [{ key: six.slice(3) }, { key: six.slice(0, 3) }] }, true],
    ['with six that no value may have', { key: six.map((entry) => ({ 'anything-but': entry })) }, true],
  ])('%s is too complex: %3$s', (_, pattern, expected) => {
    expect(tooComplex(pattern)).toBe(expected);
  });

  it.each([
    ['many stars', `*${'ab*'.repeat(600)}`],
    ['one long text after a star', `*${'ab'.repeat(900)}c`],
    ['a long run of one letter', `*${'a'.repeat(1_900)}`],
  ])('of the greatest length with %s is judged before the test ends', (_, wildcard) => {
    expect(tooComplex({ key: [{ wildcard }] })).toBe(true);
  });
});
