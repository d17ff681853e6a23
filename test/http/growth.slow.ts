import { expect, it } from '@jest/globals';
import { jsonBody } from '../../lib/http/request.ts';
import { DomainError } from '../../lib/platform/errors.ts';
import { parse } from '../../lib/platform/schema.ts';
import { growingBodies, LISTS, OBJECTS, TEXTS } from '../support/growing-bodies.ts';

/** Processor time of a piece of work in µs: the shortest of three runs, since the rest is the machine's. */
function costOf(work: () => unknown): number {
  const costs = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  });
  return Math.min(...costs);
}

/** Below this a cost is not looked at, in µs: the largest body that is allowed takes some 2 ms to be read as JSON. */
const NEGLIGIBLE = 10_000;

/** Costs of two sizes, eightfold, that grow faster than they may: three times in a row, since a busy machine disturbs one. */
function growsTooFast(sizes: readonly [number, number], cost: (size: number) => number): string | undefined {
  let costs = '';
  for (let time = 0; time < 3; time += 1) {
    const [small = 0, large = 0] = sizes.map(cost);
    if (large <= NEGLIGIBLE || large <= 3 ** 3 * small) return undefined;
    costs = `${small} µs, then ${large} µs`;
  }
  return costs;
}

it('the cost of a body grows no faster than threefold where its size doubles', async () => {
  const faster = [];
  for await (const { name, schema, make, body } of growingBodies<unknown>({
    ...LISTS,
    ...OBJECTS,
    ...TEXTS,
  })) {
    const grows = growsTooFast([2_000, 16_000], (size) => {
      const grown = body(make(size));
      return costOf(() => parse(schema, grown, 'body'));
    });
    if (grows !== undefined) faster.push(`${name}: ${grows}`);
  }
  expect(faster).toEqual([]);
});

/** JSON texts that grow with their size, up to the largest body. */
const JSON_TEXTS: Readonly<Record<string, (size: number) => string>> = {
  ...Object.fromEntries(
    Object.entries<(size: number) => unknown>({ ...LISTS, ...OBJECTS, ...TEXTS }).map(([name, make]) => [
      name,
      (size: number) => JSON.stringify(make(size)),
    ]),
  ),
  'a number of many digits': (size) => `1${'0'.repeat(10 * size)}`,
  'a number of many zeros': (size) => `0.${'0'.repeat(10 * size)}1`,
  'a number with a long exponent': (size) => `1e${'9'.repeat(10 * size)}`,
  'a text of escapes': (size) => `"${'\\\\'.repeat(5 * size)}"`,
  'objects in objects': (size) => `[${`${'{"a":'.repeat(30)}1${'}'.repeat(30)},`.repeat(size / 20)}1]`,
};

it('the cost of reading JSON grows no faster than threefold where its size doubles', () => {
  const read = (text: string) => {
    try {
      jsonBody(text, false);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  };
  const faster = Object.entries(JSON_TEXTS).flatMap(([name, make]) => {
    const grows = growsTooFast([1_000, 8_000], (size) => {
      const text = make(size);
      return costOf(() => read(text));
    });
    return grows === undefined ? [] : [`${name}: ${grows}`];
  });
  expect(faster).toEqual([]);
});
