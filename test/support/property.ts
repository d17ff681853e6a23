import fc from 'fast-check';

/**
 * Checks a property at so many random values; a failure tells the seed and the least value that fails. A property of
 * hundreds of values asserts with `node:assert`: an `expect` takes longer than most of what it judges.
 */
export function holdsFor<Ts>(runs: number, property: fc.IProperty<Ts>): void {
  // biome-ignore lint/nursery/noFloatingPromises: a promise only for an asynchronous property, which this is not.
  fc.assert(property, { numRuns: runs });
}
