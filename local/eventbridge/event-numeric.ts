import { type Bound, type Comparison, comparable, InvalidPattern, TOO_MANY } from './event-matcher.ts';

const isComparison = (value: unknown): value is Comparison =>
  value === '=' || value === '<' || value === '<=' || value === '>' || value === '>=';

/** Parses one comparison, or a lower and an upper bound. Throws {@link InvalidPattern}. */
export function parseNumeric(value: unknown, at: string): readonly Bound[] {
  if (!Array.isArray(value)) throw new InvalidPattern('Value of numeric must be an array.', at);
  const [operator, number, upper, top, ...rest]: readonly unknown[] = value;
  if (typeof operator !== 'string')
    throw new InvalidPattern(`Invalid member in numeric match: ${JSON.stringify(operator) ?? ']'}`, at);
  if (!isComparison(operator))
    throw new InvalidPattern(`Unrecognized numeric range operator: ${operator}`, at);
  const first: Bound = { is: operator, than: numberOf(operator === '=' ? 'equals' : operator, number, at) };
  if (value.length === 2) return [first];
  if (operator === '=' || operator.startsWith('<')) throw new InvalidPattern(TOO_MANY, at);
  if (typeof upper !== 'string')
    throw new InvalidPattern(`Bad value in numeric range: ${JSON.stringify(upper)}`, at);
  if (upper !== '<' && upper !== '<=') throw new InvalidPattern(`Bad numeric range operator: ${upper}`, at);
  const second: Bound = { is: upper, than: numberOf(upper, top, at) };
  if (rest.length > 0) throw new InvalidPattern('Too many terms in numeric range expression', at);
  if (second.than <= first.than) throw new InvalidPattern('Bottom must be less than top', at);
  return [first, second];
}

function numberOf(of: string, value: unknown, at: string): number {
  if (typeof value !== 'number') throw new InvalidPattern(`Value of ${of} must be numeric`, at);
  return comparable(value, at);
}
