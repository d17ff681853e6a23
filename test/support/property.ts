import fc from 'fast-check';

/**
 * Checks a property with `runs` random values; a failure prints the seed and the smallest value that fails. A property of
 * hundreds of values asserts with `node:assert`: an `expect` takes longer than most of the code under test.
 */
export function holdsFor<Ts>(runs: number, property: fc.IProperty<Ts>): void {
  // biome-ignore lint/nursery/noFloatingPromises: a promise only for an asynchronous property, which this is not.
  fc.assert(property, { numRuns: runs });
}
