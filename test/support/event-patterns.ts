import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { parseEventPattern } from '../../local/eventbridge/event-language.ts';
import { InvalidPattern } from '../../local/eventbridge/event-matcher.ts';

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

/** Entries of the fields of a branch, by path. */
type Branch = Readonly<Record<string, readonly unknown[]>>;

/** Branches of a valid pattern, with its `$or` multiplied out: an oracle for what reads them as they are. */
export const branchesOf = (pattern: object, path = ''): readonly Branch[] =>
  Object.entries(pattern).reduce<readonly Branch[]>(
    (branches, [name, value]: [string, unknown]) => {
      const parts = partsOf(name, value, path);
      return branches.flatMap((branch) => parts.map((part) => ({ ...branch, ...part })));
    },
    [{}],
  );

function partsOf(name: string, value: unknown, path: string): readonly Branch[] {
  if (name === '$or' && Array.isArray(value)) return value.flatMap((arm: object) => branchesOf(arm, path));
  if (Array.isArray(value)) return [{ [path + name]: value }];
  return typeof value === 'object' && value !== null ? branchesOf(value, `${path}${name}.`) : [];
}

/** True for a pattern that EventBridge accepts. */
export function isValid(pattern: unknown): boolean {
  try {
    parseEventPattern(pattern);
    return true;
  } catch (error) {
    if (error instanceof InvalidPattern) return false;
    throw error;
  }
}
