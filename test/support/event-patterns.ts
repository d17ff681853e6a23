import { readFileSync } from 'node:fs';
import * as v from 'valibot';

const Json = v.record(v.string(), v.unknown());

const Examples = v.object({
  event: Json,
  examples: v.array(
    v.object({ what: v.string(), pattern: Json, matching: v.array(Json), other: v.array(Json) }),
  ),
});

/** A pattern, an event, and whether EventBridge sends it there. */
export type PatternExample = {
  readonly what: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly event: Readonly<Record<string, unknown>>;
  readonly matches: boolean;
};

/**
 * The operators of EventBridge's User Guide, matching and not, with their corners. AWS's own Event Ruler 2.1.0 gave the
 * same answer to each of them.
 */
export function patternExamples(): readonly PatternExample[] {
  const file = new URL('../fixtures/event-patterns/examples.json', import.meta.url);
  const { event, examples } = v.parse(Examples, JSON.parse(readFileSync(file, 'utf8')));
  return examples.flatMap(({ what, pattern, matching, other }) =>
    [
      ...matching.map((change) => [change, true] as const),
      ...other.map((change) => [change, false] as const),
    ].map(([change, matches]) => ({ what, pattern, event: { ...event, ...change }, matches })),
  );
}
