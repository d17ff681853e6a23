import type { FieldError } from './errors.ts';

/** Maximum depth of lists and objects in input, the outermost included. */
export const MAX_DEPTH = 32;

/**
 * True for a value whose lists and objects are nested deeper than {@link MAX_DEPTH}: what recurses over it, as JSON.stringify
 * does, could exhaust the stack. Looks at each value once.
 */
export const isTooDeep = (value: unknown, levels = MAX_DEPTH): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1)));

/** Maximum length of a value in a message, in characters. */
const SHOWN = 80;

/** Text as a message shows it: the beginning of a long one. */
export const shortened = (text: string, most = SHOWN): string =>
  text.length > most ? `${text.slice(0, most)}…` : text;

/** Formats a value for a message: the beginning of its JSON. Reads no more of it than is shown. */
export function show(value: unknown): string {
  let text = '';
  for (const piece of jsonPieces(value)) {
    text += piece;
    if (text.length > SHOWN) break;
  }
  return shortened(text);
}

/** JSON of a value in pieces, each of them short. A text that is too long to be shown is cut. */
function* jsonPieces(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) {
    yield JSON.stringify(typeof value === 'string' ? value.slice(0, SHOWN) : value) ?? String(value);
    return;
  }
  const isList = Array.isArray(value);
  yield isList ? '[' : '{';
  let separator = '';
  for (const [key, inner] of isList ? value.entries() : fieldsOf(value)) {
    yield separator;
    if (typeof key === 'string') yield* [...jsonPieces(key), ':'];
    yield* jsonPieces(inner);
    separator = ',';
  }
  yield isList ? ']' : '}';
}

function* fieldsOf(value: object): Generator<readonly [string, unknown]> {
  for (const key of Object.keys(value)) yield [key, Reflect.get(value, key)];
}

/** An object (with the names of its fields so far) or a list that is open, and where in it the text is. */
type Open = { readonly names: Set<string> | undefined; at: string | number; isName: boolean };

/**
 * Returns the first part of a JSON text that JSON.parse does not keep: a number that it changes, or a field that is there
 * twice, of which it drops one. The text must be valid JSON. Reads each character once.
 */
export function lossIn(text: string): FieldError | undefined {
  const open: Open[] = [];
  let at = 0;
  while (at < text.length) {
    const start = at;
    const inner = open.at(-1);
    const character = text.charAt(start);
    at = endOfToken(text, start);
    if (character === '{') open.push({ names: new Set(), at: '', isName: true });
    else if (character === '[') open.push({ names: undefined, at: 0, isName: false });
    else if (character === '}' || character === ']') open.pop();
    else if (character === ',') advance(inner);
    else if (character === '"' && inner?.isName) {
      const name = String(JSON.parse(text.slice(start, at)));
      inner.at = name;
      inner.isName = false;
      if (inner.names?.has(name))
        return { field: pathOf(open), message: 'It is there twice: give each field once.' };
      inner.names?.add(name);
    } else if (isNumeric(character) && !keepsNumber(text.slice(start, at))) {
      const number = text.slice(start, at);
      return {
        field: pathOf(open),
        message: `${shortened(number)} would become ${Number(number)}: ${NUMBER_ADVICE}`,
      };
    }
  }
  return undefined;
}

const NUMBER_ADVICE = 'use a number of at most 15 digits, or a text.';

function advance(inner: Open | undefined): void {
  if (inner === undefined) return;
  if (typeof inner.at === 'number') inner.at += 1;
  else inner.isName = true;
}

/** Characters of a number; of the words of JSON, none begins with one of them. */
const isNumeric = (character: string): boolean => (character >= '0' && character <= '9') || character === '-';

/** Index after the text, number or single character that begins at `start`. */
function endOfToken(text: string, start: number): number {
  let at = start + 1;
  if (text.charAt(start) === '"') {
    while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === '\\' ? 2 : 1;
    return at + 1;
  }
  if (isNumeric(text.charAt(start)))
    while (at < text.length && !',]} \n\r\t'.includes(text.charAt(at))) at += 1;
  return at;
}

/** `detail.id[0]` for the place in the innermost of these objects and lists. */
const pathOf = (open: readonly Open[]): string =>
  open
    .map(({ at }) => (typeof at === 'number' ? `[${at}]` : `.${shortened(at)}`))
    .join('')
    .replace(/^\./, '');

/** True for a decimal number that is the same after it was a number of JavaScript: 1.50 and 1e3 are, 2^53 + 1 is not. */
export function keepsNumber(text: string): boolean {
  const [digits, power] = decimalOf(text);
  const [keptDigits, keptPower] = decimalOf(String(Number(text)));
  return digits === keptDigits && (digits === '' || power === keptPower);
}

/** Significant digits of a number, and the power of ten of the last one. */
function decimalOf(text: string): readonly [string, number] {
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.replace(/^[-+]/, '').split('.');
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  let end = all.length;
  while (end > 0 && all.charAt(end - 1) === '0') end -= 1;
  return [all.slice(0, end), Number(exponent) - fraction.length + all.length - end];
}

/** JSON with the fields of each object in order: equal for values that are equal as JSON. */
export const canonical = (value: unknown): string => JSON.stringify(ordered(value));

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([field, inner]): [string, unknown] => [field, ordered(inner)]);
  return Object.fromEntries(fields.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}
