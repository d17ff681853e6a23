/**
 * Texts in any case as Event Ruler compares them: character by character with its lower case and its upper case alone. So
 * `ß` is `SS`, `ς` is `Σ` and not `σ`, `ǅ` is not itself, and half of a surrogate pair is a question mark.
 */
function casesOf(unit: string): readonly string[] {
  if (unit >= '\ud800' && unit <= '\udfff') return ['?'];
  return [unit.toLowerCase(), unit.toUpperCase()];
}

/** Length of the beginning of a value that is the text in any case; `undefined`: it begins with another one. */
function lengthInAnyCase(value: string, text: string): number | undefined {
  let length = 0;
  for (const unit of text.split('')) {
    const found = casesOf(unit).find((one) => value.startsWith(one, length));
    if (found === undefined) return undefined;
    length += found.length;
  }
  return length;
}

export const isInAnyCase = (value: string, text: string): boolean =>
  lengthInAnyCase(value, text) === value.length;

export const startsInAnyCase = (value: string, text: string): boolean =>
  lengthInAnyCase(value, text) !== undefined;

export function endsInAnyCase(value: string, text: string): boolean {
  let end = value.length;
  for (const unit of text.split('').reverse()) {
    const found = casesOf(unit).find((one) => value.startsWith(one, end - one.length) && one.length <= end);
    if (found === undefined) return false;
    end -= found.length;
  }
  return true;
}
