import { type EventPattern, readEventPattern } from './event-language.ts';
import { type Matcher, PatternRefusal } from './event-matcher.ts';

export type ParsedPattern =
  | { readonly outcome: 'accepted'; readonly pattern: EventPattern }
  | {
      readonly outcome: 'refused';
      /** The field of the pattern, `detail.state`; empty for the whole. */
      readonly at: string;
      /** In EventBridge's words, with what to do. */
      readonly message: string;
    };

/**
 * Reads a pattern that someone who may listen to `sources` wrote: whatever matches it must come from one of them. A
 * source is `aws.s3`, or `shop.*` for each that begins with `shop.`, or `*` for all.
 */
export function parseEventPattern(value: unknown, sources: readonly string[]): ParsedPattern {
  try {
    const pattern = readEventPattern(value);
    for (const branch of pattern) checkSource(branch.get('source'), sources);
    return { outcome: 'accepted', pattern };
  } catch (error) {
    if (!(error instanceof PatternRefusal)) throw error;
    const { at, message, advice = '' } = error;
    const reason = /[.!?]$/.test(message) ? message : `${message}.`;
    return {
      outcome: 'refused',
      at,
      message: `Event pattern is not valid. Reason: ${reason} ${advice}`.trim(),
    };
  }
}

/** An example for those who may listen to all. */
const ANY = 'aws.s3';

/** Throws where a branch may match an event of another source. */
function checkSource(matchers: readonly Matcher[] | undefined, sources: readonly string[]): void {
  const [first = ANY] = sources.filter((source) => source !== '*');
  const example = first.endsWith('*') ? `{"prefix": "${first.slice(0, -1)}"}` : `"${first}"`;
  const allowed =
    sources.length === 0
      ? 'This space may listen to no source: the stage sets them.'
      : `Write "source": [${example}]; this space may listen to ${sources.join(', ')}.`;
  if (matchers === undefined) throw new PatternRefusal('It must say "source"', '', allowed);
  const foreign = matchers.find((matcher) => !sources.some((source) => staysWithin(matcher, source)));
  if (foreign !== undefined)
    throw new PatternRefusal(`${shown(foreign)} may be another source`, 'source', allowed);
}

/** Whether a source is one that `allowed` means, as above. */
export const isWithin = (source: string, allowed: string): boolean =>
  allowed.endsWith('*') ? source.startsWith(allowed.slice(0, -1)) : source === allowed;

/** Whether all that a matcher matches is of a source. */
function staysWithin(matcher: Matcher, source: string): boolean {
  if (matcher.kind === 'equals' && typeof matcher.value === 'string') return isWithin(matcher.value, source);
  if (!source.endsWith('*')) return false;
  return source === '*' || (matcher.kind === 'prefix' && isWithin(matcher.text, source));
}

const shown = (matcher: Matcher): string =>
  matcher.kind === 'equals' ? JSON.stringify(matcher.value) : `An operator (${matcher.kind})`;
