import { describe, expect, it } from '@jest/globals';
import { expectSound, seedOr } from './support/expect-sound.ts';

/** The day on which Berlin sets its clocks back, with fewer jobs: see month.sim.ts. */
describe('the jobs of a day with injected failures', () => {
  const seed = seedOr(1);

  it(`each run when they should, once, with one catch-up an outage (seed ${seed})`, async () => {
    const summary = await expectSound({
      seed,
      from: new Date('2026-10-24T12:00:00Z'),
      days: 1,
      jobs: 40,
      maxRules: 15,
      longestOutageHours: 2,
      longestCalmHours: 5,
    });
    expect(summary.runs).toBeGreaterThan(1_000);
    expect(summary.backfilled).toBeGreaterThan(10);
    expect(summary.healthEvents).toBeGreaterThan(100);
    expect(summary.counts.killed).toBeGreaterThan(10);
    expect(summary.counts.dropped).toBeGreaterThan(10);
    expect(summary.counts.doubled).toBeGreaterThan(10);
    expect(summary.counts.spoiled).toBeGreaterThan(0);
  }, 600_000);
});
