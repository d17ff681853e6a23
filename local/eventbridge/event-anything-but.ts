import {
  comparable,
  InvalidPattern,
  isObject,
  type Matcher,
  type ParseOperator,
  TOO_MANY,
} from './event-matcher.ts';
import { wildcardOf } from './event-wildcard.ts';

/** Parses anything-but with a value, a list of texts or numbers, or a text operator. Throws {@link InvalidPattern}. */
export function parseAnythingBut(value: unknown, at: string): Matcher {
  if (isObject(value)) return parseAnythingButText(value, at);
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!Array.isArray(value) && typeof value !== 'string' && typeof value !== 'number')
    throw new InvalidPattern('Value of anything-but must be an array or single string/number value.', at);
  const none = values.map((one): Matcher => {
    if (typeof one === 'string') return { kind: 'equals', value: one };
    if (typeof one === 'number') return { kind: 'equals', value: comparable(one, at) };
    throw new InvalidPattern('Inside anything but list, start|null|boolean is not supported.', at);
  });
  if (new Set(values.map((one) => typeof one)).size !== 1)
    throw new InvalidPattern(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
      at,
    );
  return { kind: 'anything-but', none };
}

/** Parses anything-but with one of the four text operators and one text or a list. */
function parseAnythingButText(value: Readonly<Record<string, unknown>>, at: string): Matcher {
  const [[operator, argument] = [], ...more] = Object.entries(value);
  if (operator === undefined) throw new InvalidPattern('Anything-But expression name not found', at);
  const read = ANYTHING_BUT.get(operator);
  if (read === undefined) throw new InvalidPattern(`Unsupported anything-but pattern: ${operator}`, at);
  const texts: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
  if (!Array.isArray(argument) && typeof argument !== 'string' && typeof argument !== 'number')
    throw new InvalidPattern('Value of anything-but must be an array or single string/number value.', at);
  // Event Ruler accepts an empty list and fails at the first event.
  if (texts.length === 0) throw new InvalidPattern('Empty arrays are not allowed', at);
  const none = texts.map((text) => read(text, at));
  if (more.length > 0) throw new InvalidPattern(TOO_MANY, at);
  return { kind: 'anything-but', none };
}

const ANYTHING_BUT: ReadonlyMap<string, ParseOperator> = new Map<string, ParseOperator>([
  ['prefix', (text, at) => ({ kind: 'prefix', text: affixOf(text, at) })],
  ['suffix', (text, at) => ({ kind: 'suffix', text: affixOf(text, at) })],
  ['equals-ignore-case', (text, at) => ({ kind: 'ignore-case', text: unlikeText(text, at) })],
  ['wildcard', (text, at) => ({ kind: 'wildcard', text: wildcardOf(text, at) })],
]);

function affixOf(text: unknown, at: string): string {
  if (typeof text !== 'string') throw new InvalidPattern('prefix/suffix match pattern must be a string', at);
  if (text === '') throw new InvalidPattern('Null prefix/suffix not allowed', at);
  return text;
}

function unlikeText(text: unknown, at: string): string {
  if (typeof text === 'string') return text;
  throw new InvalidPattern(
    'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
    at,
  );
}
