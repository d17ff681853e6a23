import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** @type {typeof import('@jest/test-sequencer')} */
const sequencer = createRequire(import.meta.url)('@jest/test-sequencer');

/** Calls by which a test file starts an embedded cluster or cloud. */
const STARTS = /\b(?:onEmbeddedCluster|onCloud|setUpEmbeddedCluster|startCloud)\(/;

/**
 * Order of the test files: jest's own, by their last duration. On a fresh clone no duration is known, and the files that
 * start an embedded cluster come first: jest would take the few lines of such a file for a short test, and end with it.
 */
export default class LongFirst extends sequencer.default {
  /**
   * @override
   * @param {Parameters<InstanceType<typeof sequencer.default>['sort']>[0]} tests
   */
  async sort(tests) {
    const sorted = await super.sort(tests);
    if (sorted.some(({ duration }) => duration !== undefined)) return sorted;
    const isLong = new Map(sorted.map(({ path }) => [path, STARTS.test(readFileSync(path, 'utf8'))]));
    return sorted.toSorted((a, b) => Number(isLong.get(b.path)) - Number(isLong.get(a.path)));
  }
}
