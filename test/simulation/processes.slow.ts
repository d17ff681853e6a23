import { describe, expect, it } from '@jest/globals';
import { breachesOf } from './support/checker.ts';
import { seedOr } from './support/expect-sound.ts';
import { simulateProcesses } from './support/processes.ts';

/*
 * An hour of a few jobs by a clock that is moved. Real: the bundles of fire-job and reconcile, each call in a process
 * of its own that may get SIGKILL at any moment, with the rights of its identity; their adapters; the embedded
 * Kubernetes API with Tekton, the embedded EventBridge. One in ten calls is killed, fires come twice, late and never,
 * all stands still for a while, rules are spoiled by hand, and jobs change, rest, go and come again by kubectl. The month
 * of many jobs is in month.sim.ts. The seed decides what happens to the functions, but not at which of their lines.
 */
describe('functions that are killed', () => {
  const seed = seedOr(1);

  it(`run each occurrence once, and lose none (seed ${seed})`, async () => {
    const { history, calendar, end, orphans, killed, outages } = await simulateProcesses({
      seed,
      from: new Date('2026-10-25T00:30:00Z'),
      minutes: 90,
      maxRules: 5,
    });
    const jobs = [...history.jobs.values()].filter(({ deleted }) => deleted === undefined);
    expect(history.faults).toEqual([]);
    expect(jobs.flatMap((job) => breachesOf(job, history, calendar, end))).toEqual([]);
    expect(orphans).toEqual([]);
    expect(jobs.flatMap(({ runs }) => runs).length).toBeGreaterThan(100);
    expect(killed).toBeGreaterThan(5);
    expect(outages).toBeGreaterThan(0);
  }, 600_000);
});
