import type { EventPattern } from './event-language.ts';
import type { Matcher } from './event-matcher.ts';

/**
 * Largest number of beginnings of a field's wildcard texts that one value may match, as Event Ruler's
 * MachineComplexityEvaluator counts them. AWS documents no limit: it took a pattern of 9 and refused one of 12.
 */
const MAX_COMPLEXITY = 10;

/** Sets of beginnings that are looked at; a pattern with more is taken for too complex (ours, to bound the work). */
const MAX_SETS = 20_000;

/** A beginning of wildcard texts: what may follow it. */
type Beginning = {
  readonly id: number;
  /** True for one that ends with a wildcard: it matches the value with any byte more, too. */
  readonly isOpen: boolean;
  readonly byByte: Map<number, Beginning>;
  wildcard?: Beginning;
};

export const isTooComplex = (pattern: EventPattern): boolean =>
  complexityOf(pattern, MAX_COMPLEXITY) > MAX_COMPLEXITY;

/**
 * Largest number of beginnings of a field's wildcard texts that one value matches; more than `most` when it is larger than
 * that. Texts of the arms of `$or` count together, as if their other fields were the same.
 */
export const complexityOf = (pattern: EventPattern, most: number): number =>
  Math.max(0, ...[...wildcardsByField(pattern).values()].map((entries) => complexityOfField(entries, most)));

/** Texts of the different entries of a field; `anything-but` may have several in one. */
type Entries = Map<string, readonly string[]>;

function wildcardsByField(pattern: EventPattern, found = new Map<string, Entries>()): Map<string, Entries> {
  for (const condition of pattern) {
    if ('arms' in condition) {
      for (const arm of condition.arms) wildcardsByField(arm, found);
      continue;
    }
    const entries: Entries = found.get(condition.field) ?? new Map();
    for (const matcher of condition.matchers) {
      const texts = wildcardsOf(matcher);
      if (texts.length > 0) entries.set(JSON.stringify([matcher.kind, ...texts]), texts);
    }
    found.set(condition.field, entries);
  }
  return found;
}

function wildcardsOf(matcher: Matcher): readonly string[] {
  if (matcher.kind === 'wildcard') return [matcher.text];
  return matcher.kind === 'anything-but' ? matcher.none.flatMap(wildcardsOf) : [];
}

function complexityOfField(entries: Entries, most: number): number {
  const bytes = new Set([ANY_OTHER]);
  const counter = { next: 0 };
  const start = [...entries.values()].map((texts) => beginningsOf(texts, counter, bytes));
  const seen = new Set<string>();
  const waiting: (readonly Beginning[])[] = [start];
  let largest = 0;
  for (const set of waiting) {
    for (const byte of bytes) {
      const next = after(set, byte);
      const key = next.map(({ id }) => id).join();
      if (next.length === 0 || seen.has(key)) continue;
      largest = Math.max(largest, next.length);
      if (largest > most || seen.size === MAX_SETS) return most + 1;
      seen.add(key);
      waiting.push(next);
    }
  }
  return largest;
}

/** A byte that is in none of the texts. */
const ANY_OTHER = -1;

/** Beginnings after one more byte of the value, by their ids. */
function after(set: readonly Beginning[], byte: number): readonly Beginning[] {
  const next = new Set<Beginning>();
  for (const one of set) {
    if (one.isOpen) next.add(one);
    const longer = one.byByte.get(byte);
    if (longer === undefined) continue;
    next.add(longer);
    if (longer.wildcard !== undefined) next.add(longer.wildcard);
  }
  return [...next].toSorted((one, other) => one.id - other.id);
}

/** The empty beginning of the texts of one entry. They are in quotes, as in Event Ruler, and share what they have in common. */
function beginningsOf(texts: readonly string[], counter: { next: number }, bytes: Set<number>): Beginning {
  const make = (isOpen: boolean): Beginning => {
    counter.next += 1;
    return { id: counter.next, isOpen, byByte: new Map() };
  };
  const root = make(false);
  for (const text of texts) {
    let at = root;
    for (const [piece] of `"${text}"`.matchAll(/\\.|\*|[^\\*]+/gs)) {
      if (piece === '*') {
        at.wildcard ??= make(true);
        at = at.wildcard;
        continue;
      }
      for (const byte of Buffer.from(piece.startsWith('\\') ? piece.slice(1) : piece)) {
        bytes.add(byte);
        const longer = at.byByte.get(byte) ?? make(false);
        at.byByte.set(byte, longer);
        at = longer;
      }
    }
  }
  return root;
}
