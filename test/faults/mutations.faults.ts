import { describe, expect, it } from '@jest/globals';
import { tryGroup } from './harness/scenario-suite.ts';

/** Violations that the harness finds in mutated code. */
const wordsOf = async (mutation: string): Promise<string> => {
  const results = await tryGroup('broken', 'fires', mutation);
  return results.flatMap(({ violations }) => violations).join('\n');
};

describe('the harness finds', () => {
  it('a run that is there twice, where its name is random', async () => {
    expect(await wordsOf('random name')).toMatch(/is: +run nightly-/);
  });

  it('a run that is lost, where its time is written before it is made', async () => {
    expect(await wordsOf('time first')).toMatch(/should: run nightly-/);
  });
});
