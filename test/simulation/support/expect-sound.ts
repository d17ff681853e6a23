import { expect } from '@jest/globals';
import { breachesOf } from './checker.ts';
import { healthBreaches } from './health.ts';
import type { SimulationOptions } from './setting.ts';
import { type Simulated, simulate } from './simulate.ts';

const HOUR_MS = 3_600_000;

/** Figures of a simulation: they prove that a good result is not one of an empty simulation. */
export type Summary = {
  readonly jobs: number;
  readonly runs: number;
  readonly caughtUp: number;
  /** Runs of backfills that were admitted. */
  readonly backfilled: number;
  /** Events of jobs that failed or recovered. */
  readonly healthEvents: number;
  readonly outages: number;
  readonly outageHours: number;
  readonly reconciles: number;
  readonly moves: number;
  readonly counts: Simulated['counts'];
};

/** Seed from the environment variable, or the default one. */
export const seedOr = (usual: number): number => Number(process.env.TASKBRIDGE_SIMULATION_SEED ?? usual);

/** Simulates, and holds each job to what the oracle says, and the end to what must be left then. */
export async function expectSound(options: SimulationOptions): Promise<Summary> {
  const simulated = await simulate(options);
  const { history, calendar, outages, end, counts, rules, orphans, unsettled, published } = simulated;
  const jobs = [...history.jobs.values()];
  expect(history.faults).toEqual([]);
  expect(jobs.flatMap((job) => breachesOf(job, history, calendar, end))).toEqual([]);
  expect(healthBreaches(simulated)).toEqual([]);
  expect(orphans).toEqual([]);
  expect(rules.length).toBeLessThanOrEqual(options.maxRules);
  expect(unsettled).toEqual([]);

  const runs = jobs.flatMap((job) => job.runs);
  return {
    jobs: jobs.length,
    runs: runs.length,
    caughtUp: runs.filter(({ at, minute }) => at - minute > 3 * 60_000).length,
    backfilled: jobs.flatMap((job) => job.backfills).filter(({ admitted }) => admitted !== undefined).length,
    healthEvents: published.filter(({ detailType }) => detailType.startsWith('Job ')).length,
    outages: outages.length,
    outageHours: Math.round(outages.reduce((sum, { from, to }) => sum + to - from, 0) / HOUR_MS),
    reconciles: history.reconciles.length,
    moves: jobs.reduce((sum, { drivers }) => sum + drivers.length, 0),
    counts,
  };
}
