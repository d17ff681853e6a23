import type { IpAddress, IpRange } from './ip-address.ts';

/** What one entry of a pattern's list says of a value. */
export type Matcher =
  | { readonly kind: 'equals'; readonly value: string | number | boolean | null }
  | { readonly kind: 'address'; readonly address: IpAddress }
  | { readonly kind: 'cidr'; readonly range: IpRange }
  | { readonly kind: 'numeric'; readonly bounds: readonly Bound[] }
  | { readonly kind: 'exists'; readonly exists: boolean }
  | { readonly kind: 'anything-but'; readonly none: readonly Matcher[] }
  | TextMatcher;

/** In the text of a wildcard `*` is any characters or none; `\*` and `\\` are these two themselves. */
type TextMatcher = {
  readonly kind:
    | 'prefix'
    | 'suffix'
    | 'ignore-case'
    | 'prefix-ignore-case'
    | 'suffix-ignore-case'
    | 'wildcard';
  readonly text: string;
};

export type Comparison = '=' | '<' | '<=' | '>' | '>=';
export type Bound = { readonly is: Comparison; readonly than: number };

/**
 * A pattern that EventBridge refuses, in its words, which are those of AWS's own Event Ruler (it adds line and column).
 * `at` is the field, `detail.state`, empty for the whole.
 */
export class PatternRefusal extends Error {
  readonly at: string;

  constructor(reason: string, at: string) {
    super(reason);
    this.at = at;
  }
}

/** Reads what an operator is given. Throws {@link PatternRefusal}. */
export type Read = (value: unknown, at: string) => Matcher;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const TOO_MANY = 'Too many elements in numeric expression';

/** EventBridge compares numbers of this size at most, to six digits behind the point. */
export const MAX_NUMBER = 5e9;

/** Throws for a number that EventBridge does not compare. */
export function comparable(value: number, at: string): number {
  if (Math.abs(value) <= MAX_NUMBER) return value;
  throw new PatternRefusal('Value must be between -5.0E9 and 5.0E9, inclusive', at);
}
