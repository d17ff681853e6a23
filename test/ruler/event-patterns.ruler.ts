import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { complexityOf } from '../../local/eventbridge/complexity.ts';
import { parseEventPattern } from '../../local/eventbridge/event-language.ts';
import { matchesEventPattern } from '../../local/eventbridge/event-match.ts';
import { InvalidPattern } from '../../local/eventbridge/event-matcher.ts';
import { type EventRuler, startEventRuler } from '../support/event-ruler.ts';
import { RANDOM } from '../support/random-patterns.ts';

const MAX_COMPLEXITY = 20;
const PATTERNS = 2_000;
const EVENTS_A_PATTERN = 6;

/** Always the same pairs, so that a difference comes from a change. Another one looks at others. */
const SEED = 7;

/** Answer of the embedded EventBridge, as Event Ruler gives it. */
function ours(text: string, events: readonly string[]) {
  try {
    const pattern = parseEventPattern(JSON.parse(text));
    const matches = events.map((event) => matchesEventPattern(pattern, JSON.parse(event)));
    return { matches, complexity: Math.min(complexityOf(pattern, MAX_COMPLEXITY), MAX_COMPLEXITY) };
  } catch (error) {
    if (error instanceof InvalidPattern) return { refusal: error.message };
    throw error;
  }
}

/** Ours refuses a field that a branch has twice; Event Ruler takes one of them. */
const isDoubled = (answer: ReturnType<typeof ours>): boolean =>
  'refusal' in answer && answer.refusal?.includes('multiple times') === true;

/** Event Ruler mixes up arms of `$or` of which one has a field that may be absent: `[1]` and `[1, {"exists": false}]`. */
const isMixedUp = (pattern: string): boolean => pattern.includes('$or') && pattern.includes('"exists":false');

/** Differences that are left, in both versions: a pattern, an event, and what Event Ruler says. */
const LEFT: readonly (readonly [string, string, string, boolean])[] = [
  ['a block of all addresses matches any number', '{"a":[{"cidr":"0.0.0.0/0"}]}', '{"a":10}', true],
  ['a text that ends with a quote', '{"a":[{"anything-but":{"prefix":"x\\""}}]}', '{"a":"x"}', false],
  ['an operator that the User Guide does not have', '{"a":[{"exactly":"x"}]}', '{"a":"x"}', true],
  ['a number that JSON.parse rounds', '{"a":[9007199254740993]}', '{"a":9007199254740992}', false],
];

// 1.7.3 takes minutes to count some patterns.
describe.each([
  ['1.7.3', false],
  ['2.1.0', true],
])('Event Ruler %s', (version, countsComplexity) => {
  let ruler: EventRuler;
  beforeAll(async () => {
    ruler = await startEventRuler(version, countsComplexity);
  });
  afterAll(() => ruler.stop());

  it.each(Object.entries(RANDOM))(
    'answers as the embedded EventBridge for random patterns: %s',
    async (_, of) => {
      const counts = { pairs: 0, matching: 0, refused: 0 };
      const some = fc.array(of.event, { minLength: EVENTS_A_PATTERN, maxLength: EVENTS_A_PATTERN });
      await fc.assert(
        fc.asyncProperty(of.pattern, some, async (pattern, events) => {
          const mine = ours(pattern, events);
          fc.pre(!isDoubled(mine) && !isMixedUp(pattern));
          const theirs = await ruler.ask(pattern, events);
          if ('refusal' in theirs || 'refusal' in mine) {
            assert.equal('refusal' in mine, 'refusal' in theirs, JSON.stringify({ mine, theirs }));
            counts.refused += 1;
            return;
          }
          assert.deepEqual(mine.matches, theirs.matches);
          // Arms of $or count together here, and each in its own place there; the texts of one anything-but share more there.
          if (!/\$or|"anything-but":\{"wildcard":\[/.test(pattern) && theirs.complexity !== undefined)
            assert.equal(mine.complexity, theirs.complexity);
          counts.pairs += events.length;
          counts.matching += mine.matches.filter(Boolean).length;
        }),
        { numRuns: PATTERNS, seed: SEED },
      );
      expect(counts.pairs).toBeGreaterThan(9_000);
      expect(counts.matching).toBeGreaterThan(200);
    },
  );

  it.each(LEFT)('differs where nothing depends on it: %s', async (_, pattern, event, answer) => {
    expect(await ruler.ask(pattern, [event])).toMatchObject({ matches: [answer] });
    const mine = ours(pattern, [event]);
    expect('matches' in mine ? mine.matches : [undefined]).not.toEqual([answer]);
  });
});
