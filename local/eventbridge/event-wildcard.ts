import { InvalidPattern } from './event-matcher.ts';

const ESCAPED = /\\[\\*]/g;

/** Throws for two consecutive wildcards, and for a backslash before anything but a wildcard or backslash. */
export function wildcardOf(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new InvalidPattern('wildcard match pattern must be a string', at);
  const plain = value.replace(ESCAPED, '  ');
  const doubled = plain.indexOf('**');
  const escaping = plain.indexOf('\\');
  // Positions count the opening quote, as in Event Ruler.
  if (escaping >= 0 && (doubled < 0 || escaping < doubled))
    throw new InvalidPattern(`Invalid escape character at pos ${escaping + 1}`, at);
  if (doubled >= 0) throw new InvalidPattern(`Consecutive wildcard characters at pos ${doubled + 1}`, at);
  return value;
}

/** Literal parts between the wildcards. The first is the value's prefix, the last its suffix. */
export function wildcardParts(text: string): readonly string[] {
  const parts = [''];
  for (const [piece] of text.matchAll(/\\.|\*|[^\\*]+/gs)) {
    const last = parts.pop() ?? '';
    if (piece === '*') parts.push(last, '');
    else parts.push(last + (piece.startsWith('\\') ? piece.slice(1) : piece));
  }
  return parts;
}
