import { parseAnythingBut } from './event-anything-but.ts';
import { InvalidPattern, isObject, type Matcher, type ParseOperator, TOO_MANY } from './event-matcher.ts';
import { parseNumeric } from './event-numeric.ts';
import { wildcardOf } from './event-wildcard.ts';
import { parseIpAddress, rangeAround } from './ip-address.ts';

const ONE_KEY = 'Only one key allowed in match expression';

/** Parses an entry of a pattern's list. Throws {@link InvalidPattern} in the words of AWS's Event Ruler. */
export function parseMatcher(entry: unknown, at: string): Matcher {
  if (typeof entry === 'string') return exactText(entry);
  if (entry === null || typeof entry === 'number' || typeof entry === 'boolean')
    return { kind: 'equals', value: entry };
  if (!isObject(entry))
    throw new InvalidPattern('Match value must be String, number, true, false, or null', at);
  const [[operator, value] = [], ...more] = Object.entries(entry);
  if (operator === undefined) throw new InvalidPattern('Match expression name not found', at);
  const read = OPERATORS.get(operator);
  if (read === undefined) throw new InvalidPattern(`Unrecognized match type ${operator}`, at);
  const matcher = read(value, at);
  if (more.length === 0) return matcher;
  const listed = operator === 'numeric' || operator === 'anything-but';
  throw new InvalidPattern(listed ? TOO_MANY : ONE_KEY, at);
}

/** A text that is an IP address matches the same address in any notation. */
function exactText(text: string): Matcher {
  const address = parseIpAddress(text);
  return address === undefined ? { kind: 'equals', value: text } : { kind: 'address', address };
}

const OPERATORS: ReadonlyMap<string, ParseOperator> = new Map<string, ParseOperator>([
  ['prefix', (value, at) => parseAffix('prefix', value, at)],
  ['suffix', (value, at) => parseAffix('suffix', value, at)],
  [
    'equals-ignore-case',
    (value, at) => ({ kind: 'ignore-case', text: textOf('equals-ignore-case', value, at) }),
  ],
  ['wildcard', (value, at) => ({ kind: 'wildcard', text: wildcardOf(value, at) })],
  ['exists', readExists],
  ['cidr', parseCidr],
  ['numeric', (value, at) => ({ kind: 'numeric', bounds: parseNumeric(value, at) })],
  ['anything-but', parseAnythingBut],
]);

function textOf(name: string, value: unknown, at: string): string {
  if (typeof value === 'string') return value;
  throw new InvalidPattern(`${name} match pattern must be a string`, at);
}

function parseAffix(kind: 'prefix' | 'suffix', value: unknown, at: string): Matcher {
  if (!isObject(value)) return { kind, text: textOf(kind, value, at) };
  const name = kind === 'prefix' ? 'Prefix' : 'Suffix';
  const [[operator, text] = [], ...more] = Object.entries(value);
  if (operator === undefined) throw new InvalidPattern(`${name} expression name not found`, at);
  if (operator !== 'equals-ignore-case')
    throw new InvalidPattern(`Unsupported ${kind} pattern: ${operator}`, at);
  const matcher: Matcher = { kind: `${kind}-ignore-case`, text: textOf(operator, text, at) };
  if (more.length > 0) throw new InvalidPattern(ONE_KEY, at);
  return matcher;
}

function readExists(value: unknown, at: string): Matcher {
  if (typeof value === 'boolean') return { kind: 'exists', exists: value };
  throw new InvalidPattern('exists match pattern must be either true or false.', at);
}

/** Texts that Event Ruler takes for an IP address, valid or not. */
const LIKE_ADDRESS = /^\d+(?:\.\d+){3}$|^[\da-fA-F]*:[\da-fA-F:]*$/;

function parseCidr(value: unknown, at: string): Matcher {
  const [text = '', bits, ...rest] = textOf('prefix', value, at).split('/');
  const refuse = (reason: string) => new InvalidPattern(reason, at);
  if (bits === undefined || rest.length > 0) throw refuse("Malformed CIDR, one '/' required");
  if (!/^[+-]?\d+$/.test(bits)) throw refuse('Malformed CIDR, mask bits must be an integer');
  if (Number(bits) < 0) throw refuse('Malformed CIDR, mask bits must not be negative');
  const address = parseIpAddress(text);
  if (address === undefined)
    throw refuse(`${LIKE_ADDRESS.test(text) ? 'Invalid' : 'Nonstandard'} IP address: ${text}`);
  if (Number(bits) >= address.bits)
    throw refuse(`${address.bits === 32 ? 'IPv4' : 'IPv6'} mask bits must be < ${address.bits}`);
  return { kind: 'cidr', range: rangeAround(address, Number(bits)) };
}
