import assert from 'node:assert/strict';
import { setImmediate as soon } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupBy, interleave, roundRobin } from '../../lib/platform/collections.ts';

describe('roundRobin', () => {
  it('starts a unit of each group that waits before a second of any', async () => {
    const started: string[] = [];
    const inTurn = roundRobin(2);
    const begin = (group: string) =>
      inTurn(group, async () => {
        started.push(group);
        await soon();
      });
    await Promise.all(['a', 'a', 'a', 'a', 'a', 'b', 'b', 'c'].map(begin));
    expect(started.join('')).toBe('aaabcaba');
  });

  it('takes the groups in turn whatever fails, and never runs more at once than it may', async () => {
    const unit = fc.record({
      group: fc.constantFrom('a', 'b', 'c', 'd'),
      ticks: fc.nat(3),
      fails: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(unit, { maxLength: 30 }),
        fc.integer({ min: 1, max: 4 }),
        async (units, most) => {
          const inTurn = roundRobin(most);
          const started: unknown[] = [];
          let running = 0;
          // All units wait before the first of them starts.
          const gates = Array.from({ length: most }, () => inTurn('gate', soon));
          const ends = Promise.allSettled(
            units.map((one) =>
              inTurn(one.group, async () => {
                started.push(one);
                running += 1;
                assert(running <= most);
                for (let tick = 0; tick < one.ticks; tick += 1) await soon();
                running -= 1;
                if (one.fails) throw new Error(one.group);
              }),
            ),
          );
          await Promise.all(gates);
          const settled = await ends;
          assert.deepEqual(
            settled.map(({ status }) => status === 'rejected'),
            units.map(({ fails }) => fails),
          );
          assert.deepEqual(started, interleave(groupBy(units, ({ group }) => group).values()));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('interleave', () => {
  it('takes the first of each group, then the second of each', () => {
    expect(interleave([['a1', 'a2', 'a3'], [], ['b1'], ['c1', 'c2']])).toEqual([
      'a1',
      'b1',
      'c1',
      'a2',
      'c2',
      'a3',
    ]);
  });
});
