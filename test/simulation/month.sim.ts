import { describe, expect, it } from '@jest/globals';
import { expectSound, seedOr } from './support/expect-sound.ts';

/*
 * Thirty days of 200 jobs, minute by minute, by a clock that jumps from one event to the next.
 *
 * Real: the actions and the domain; the adapter of EventBridge's rules over the SDK and HTTP; the embedded EventBridge,
 * which fires the rules. Not real: the cluster is in memory (test/support/memory-*), since a month is some ten million
 * of its requests; a function is killed by never hearing of a call again, before or after the call's effect; runs
 * end when the test says so. processes.slow.ts kills processes over the real adapters.
 *
 * On each day some functions die, some calls are refused (half of them after their effect), fires come twice, late
 * by up to three minutes or never, people spoil rules by hand, and change, suspend, delete, backfill and make jobs, by
 * functions and by kubectl. From time to time all functions stand still, or EventBridge or the cluster is out of reach,
 * for minutes to days. Clocks change in Berlin, Cairo and New York. An oracle says what should have run: it
 * walks the minutes of each zone (test/support/cron-oracle.ts) and knows nothing of lib: see support/checker.ts.
 */
describe('a month of 200 jobs with injected failures', () => {
  const seed = seedOr(1);

  it(`has each run when it should, once, and one catch-up an outage (seed ${seed})`, async () => {
    const summary = await expectSound({
      seed,
      from: new Date('2026-10-10T00:00:00Z'),
      days: 30,
      jobs: 200,
      maxRules: 80,
      longestOutageHours: 40,
      longestCalmHours: 28,
    });
    console.log(summary);
    expect(summary.outages).toBeGreaterThan(5);
    expect(summary.runs).toBeGreaterThan(100_000);
    expect(summary.caughtUp).toBeGreaterThan(100);
    expect(summary.backfilled).toBeGreaterThan(300);
    expect(summary.healthEvents).toBeGreaterThan(10_000);
    expect(summary.moves).toBeGreaterThan(500);
    expect(summary.counts.killed).toBeGreaterThan(1_000);
  });
});
