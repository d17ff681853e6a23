import { PatternRefusal } from './event-matcher.ts';

const ESCAPED = /\\[\\*]/g;

/** Throws for two wildcards in a row, and for a backslash before anything but a wildcard or a backslash. */
export function wildcardOf(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new PatternRefusal('wildcard match pattern must be a string', at);
  const plain = value.replace(ESCAPED, '  ');
  const doubled = plain.indexOf('**');
  const escaping = plain.indexOf('\\');
  // Positions count the quote before the text, as Event Ruler does.
  if (escaping >= 0 && (doubled < 0 || escaping < doubled))
    throw new PatternRefusal(`Invalid escape character at pos ${escaping + 1}`, at);
  if (doubled >= 0) throw new PatternRefusal(`Consecutive wildcard characters at pos ${doubled + 1}`, at);
  return value;
}

/** The texts between the wildcards, in their order: the first is a value's beginning, the last its end. */
export function wildcardParts(text: string): readonly string[] {
  const parts = [''];
  for (const [piece] of text.matchAll(/\\.|\*|[^\\*]+/gs)) {
    const last = parts.pop() ?? '';
    if (piece === '*') parts.push(last, '');
    else parts.push(last + (piece.startsWith('\\') ? piece.slice(1) : piece));
  }
  return parts;
}
