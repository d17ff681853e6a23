import type { IpAddress, IpRange } from './ip-address.ts';

/** Condition of one entry of a pattern's list. */
export type Matcher =
  | { readonly kind: 'equals'; readonly value: string | number | boolean | null }
  | { readonly kind: 'address'; readonly address: IpAddress }
  | { readonly kind: 'cidr'; readonly range: IpRange }
  | { readonly kind: 'numeric'; readonly bounds: readonly Bound[] }
  | { readonly kind: 'exists'; readonly exists: boolean }
  | { readonly kind: 'anything-but'; readonly none: readonly Matcher[] }
  | TextMatcher;

/** In a wildcard text `*` is any sequence of characters; `\*` and `\\` are literals. */
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
 * Invalid event pattern, in the words of AWS's Event Ruler, without its line and column. `at` is the field,
 * `detail.state`; empty for the whole pattern.
 */
export class InvalidPattern extends Error {
  readonly at: string;

  constructor(reason: string, at: string) {
    super(reason);
    this.at = at;
  }
}

/** Parses an operator's argument. Throws {@link InvalidPattern}. */
export type ParseOperator = (value: unknown, at: string) => Matcher;

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const TOO_MANY = 'Too many elements in numeric expression';

/** Largest absolute number that EventBridge compares, to six decimal places. */
export const MAX_NUMBER = 5e9;

/** Throws for a number out of EventBridge's range. */
export function comparable(value: number, at: string): number {
  if (Math.abs(value) <= MAX_NUMBER) return value;
  throw new InvalidPattern('Value must be between -5.0E9 and 5.0E9, inclusive', at);
}
