import type { FieldError } from '../platform/errors.ts';

/** Maximum length of a pattern as JSON, in characters (Amazon EventBridge quotas, "Event pattern size"). */
export const MAX_PATTERN_LENGTH = 2048;

/** Events that the jobs of a space may listen to. */
export type PatternLimits = {
  /** `aws.s3`, or `shop.*` for each that begins with `shop.`, or `*` for all. */
  readonly sources: readonly string[];
  /** Source of the stage's own events, which are about every space. */
  readonly own: string;
  readonly space: string;
};

/** True if `allowed`, as in {@link PatternLimits}, includes the source. */
export const isWithin = (source: string, allowed: string): boolean =>
  allowed.endsWith('*') ? source.startsWith(allowed.slice(0, -1)) : source === allowed;

/**
 * Checks that each branch of a pattern pins `source` to the allowed ones, and `detail.space` to the space where its source
 * may be the stage's own. Returns the first problem, with the field within the pattern. Operators and quotas are
 * EventBridge's to check. Each entry of the pattern is read once, however its `$or` multiply, and at most nine branches are
 * kept: the work is linear in the length of the pattern.
 */
export function problemOfPattern(pattern: object, limits: PatternLimits): FieldError | undefined {
  try {
    const branches = walk(pattern, undefined, [{ source: 'absent', space: 'absent' }], limits);
    if (branches.some(({ source }) => source === 'absent'))
      throw new PatternProblem('', 'It must say "source"', adviceOn(limits));
    if (!branches.some(({ source, space }) => source === 'own' && space !== 'pinned')) return undefined;
    const { own, space } = limits;
    return {
      field: 'detail.space',
      message: `Events of "${own}" are about every space; a job may listen to its own: write "detail": {"space": ["${space}"]}.`,
    };
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    return {
      field: error.at,
      message: `Event pattern is not valid. Reason: ${error.message}. ${error.advice}`,
    };
  }
}

class PatternProblem extends Error {
  readonly at: string;
  readonly advice: string;

  constructor(at: string, reason: string, advice: string) {
    super(reason);
    this.at = at;
    this.advice = advice;
  }
}

/** Pins of a branch of `$or`. Of a field that it has twice, the wider one counts: EventBridge may use either. */
type Branch = {
  readonly source: 'absent' | 'other' | 'own';
  readonly space: 'absent' | 'pinned' | 'open';
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Branches after the fields of an object of the pattern, without duplicates: there are at most nine. */
function walk(
  object: object,
  path: string | undefined,
  before: readonly Branch[],
  limits: PatternLimits,
): readonly Branch[] {
  const entries: readonly (readonly [string, unknown])[] = Object.entries(object);
  return entries.reduce((branches, [name, value]) => {
    const at = path === undefined ? name : `${path}.${name}`;
    if (name === '$or') return unique(armsIn(value, at).flatMap((arm) => walk(arm, path, branches, limits)));
    if (isObject(value)) return walk(value, at, branches, limits);
    const list = listIn(value, name, at);
    if (at === 'source') return withSource(branches, list, limits);
    return at === 'detail.space' ? withSpace(branches, list, limits) : branches;
  }, before);
}

const unique = (branches: readonly Branch[]): readonly Branch[] => [
  ...new Map(branches.map((branch) => [`${branch.source} ${branch.space}`, branch])).values(),
];

function armsIn(value: unknown, at: string): readonly object[] {
  const arms: readonly unknown[] = Array.isArray(value) ? value : [];
  const objects = arms.filter(isObject);
  if (objects.length === arms.length && arms.length > 1) return objects;
  throw new PatternProblem(at, '$or must be a list of two objects or more', 'Write {"$or": [{…}, {…}]}.');
}

function listIn(value: unknown, name: string, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  const advice = `Write a list: {"${name}": [${JSON.stringify(value)}]}.`;
  throw new PatternProblem(at, `"${name}" must be an object or an array`, advice);
}

function withSource(
  branches: readonly Branch[],
  entries: readonly unknown[],
  limits: PatternLimits,
): readonly Branch[] {
  const foreign = entries.find((entry) => !limits.sources.some((allowed) => staysWithin(entry, allowed)));
  if (foreign !== undefined)
    throw new PatternProblem('source', `${shown(foreign)} may be another source`, adviceOn(limits));
  const isOwn = entries.some((entry) => mayBe(entry, limits.own));
  return unique(
    branches.map((branch) => ({ ...branch, source: isOwn || branch.source === 'own' ? 'own' : 'other' })),
  );
}

function withSpace(
  branches: readonly Branch[],
  entries: readonly unknown[],
  limits: PatternLimits,
): readonly Branch[] {
  const isPinned = entries.length > 0 && entries.every((entry) => entry === limits.space);
  return unique(
    branches.map((branch) => ({ ...branch, space: isPinned && branch.space !== 'open' ? 'pinned' : 'open' })),
  );
}

/** The text of `{"prefix": "…"}`; `undefined` for any other entry. */
function prefixIn(entry: unknown): string | undefined {
  if (!isObject(entry)) return undefined;
  const [operator, ...more] = Object.keys(entry);
  if (operator !== 'prefix' || more.length > 0 || !('prefix' in entry)) return undefined;
  return typeof entry.prefix === 'string' ? entry.prefix : undefined;
}

/** True if the entry matches sources within `allowed` alone. */
function staysWithin(entry: unknown, allowed: string): boolean {
  if (allowed === '*') return true;
  if (typeof entry === 'string') return isWithin(entry, allowed);
  const prefix = prefixIn(entry);
  return prefix !== undefined && allowed.endsWith('*') && isWithin(prefix, allowed);
}

/** True if the entry may match the source. An operator other than `prefix` may match any. */
function mayBe(entry: unknown, source: string): boolean {
  if (typeof entry === 'string') return entry === source;
  const prefix = prefixIn(entry);
  return prefix === undefined || source.startsWith(prefix);
}

const shown = (entry: unknown): string =>
  isObject(entry) ? `An operator (${Object.keys(entry).join()})` : JSON.stringify(entry);

/** Example source for a space that may listen to all. */
const ANY = 'aws.s3';

function adviceOn({ sources }: PatternLimits): string {
  if (sources.length === 0) return 'This space may listen to no source: the stage sets them.';
  const [first = ANY] = sources.filter((source) => source !== '*');
  const example = first.endsWith('*') ? `{"prefix": "${first.slice(0, -1)}"}` : `"${first}"`;
  return `Write "source": [${example}]; this space may listen to ${sources.join(', ')}.`;
}
