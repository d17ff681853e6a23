import type { JsonSchema } from './shared.ts';

/** Regular expression of the decimal digits, as many as both ends have, from `from` to `to`. */
function digitsBetween(from: string, to: string): string {
  if (/^0*$/.test(from) && /^9*$/.test(to)) return from === '' ? '' : `\\d{${from.length}}`;
  const [first = '', last = ''] = [from.slice(0, 1), to.slice(0, 1)];
  const [low, high] = [from.slice(1), to.slice(1)];
  if (first === last) return `${first}${digitsBetween(low, high)}`;
  const middle = [Number(first) + 1, Number(last) - 1] as const;
  const nines = '9'.repeat(low.length);
  const zeros = '0'.repeat(low.length);
  return `(${[
    `${first}${digitsBetween(low, nines)}`,
    ...(middle[0] > middle[1] ? [] : [`[${middle[0]}-${middle[1]}]${digitsBetween(zeros, nines)}`]),
    `${last}${digitsBetween(zeros, high)}`,
  ].join('|')})`;
}

/** Regular expression of the whole numbers from `least` to `most` in decimal notation, without leading zeros. */
function wholeNumbers(least: number, most: number): string {
  const [from, to] = [String(least), String(most)];
  if (from.length === to.length) return digitsBetween(from, to);
  const between = [from.length, to.length - 2] as const;
  return [
    digitsBetween(from, '9'.repeat(from.length)),
    ...(between[0] > between[1] ? [] : [`[1-9]\\d{${between[0]},${between[1]}}`]),
    digitsBetween(`1${'0'.repeat(to.length - 1)}`, to),
  ].join('|');
}

const UNITS = { K: 1, M: 2, G: 3, T: 4 };

/** Sizes within the limits in bytes, in each unit. */
function sizes(least: number, most: number): string {
  const ofUnits = Object.entries(UNITS).map(([unit, power]) => {
    const bytes = 1024 ** power;
    return `(${wholeNumbers(Math.ceil(least / bytes), Math.floor(most / bytes))})${unit}(i|B|iB)?`;
  });
  return `^(${wholeNumbers(least, most)}|${ofUnits.join('|')})$`;
}

/** JSON Schema of a size between these limits, in bytes. */
export const sizeSchema = (least: number, most: number): JsonSchema => ({
  type: ['string', 'integer'],
  pattern: sizes(least, most),
  minimum: least,
  maximum: most,
  description:
    'Bytes: 256M or 1G as Cloud Foundry writes them (binary), 256Mi as Kubernetes does. At least 4M, at most ' +
    `${most} bytes (909T).`,
  example: '256M',
});

export const CPU_SCHEMA: JsonSchema = {
  type: ['string', 'number'],
  pattern: '^(\\d{1,7}m|\\d{1,4}(\\.\\d{1,3})?)$',
  not: { type: 'string', pattern: '^[0.]+m?$' },
  minimum: 0.001,
  maximum: 9999.999,
  multipleOf: 0.001,
  description: 'Processors: 500m, 0.5 or 2; at least 0.001, at most three decimals.',
  example: '500m',
};

export const DURATION_SCHEMA: JsonSchema = {
  type: 'string',
  pattern: '^(\\d{1,6}h(\\d{1,8}m)?(\\d{1,9}s)?|\\d{1,8}m(\\d{1,9}s)?|\\d{1,9}s)$',
  description: 'A duration; its parts together are at most 999999999s.',
  example: '1h30m',
};
