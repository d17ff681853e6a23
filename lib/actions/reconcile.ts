import type { App, BrokenApp } from '../domain/app.ts';
import { groupBy } from '../domain/group-by.ts';
import type { BrokenJob, Job } from '../domain/job.ts';
import type { SchedulingPorts } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { reconcileApps } from './reconcile-app.ts';
import { reconcileJob } from './reconcile-job.ts';
import { readRules, removeOrphans } from './reconcile-rules.ts';
import { reconcileRuns } from './reconcile-runs.ts';
import { newTally } from './tally.ts';
import { keyOf } from './world.ts';

/** Writes of rules at once: all callers of an account share some 50 requests a second. */
const SYNCS_AT_ONCE = 2;

export type Reconcile = {
  /** Nothing new is begun from then on; what is under way may take a moment more. */
  readonly until: Date;
};

/**
 * What a minute brings: schedules that are not in force as they should be, jobs that are overdue, tasks that wait for
 * room or can't start, ends to tell, rules without a job. To be cut off anywhere and run twice at once: all of it is
 * done by the functions that the verbs use. One job that fails is logged and counted, and stops no other. It begins at
 * another space each minute, so that what it can't get round to is never the same.
 */
export async function reconcile(
  ports: SchedulingPorts,
  { until }: Reconcile,
): Promise<Readonly<Record<string, number>>> {
  const tally = newTally(ports, until);
  // Rules before jobs: a rule whose job is not in a list that was read after it has none.
  const rules = await readRules(ports);
  const [apps, jobs] = await Promise.all([collect(ports.apps.all()), collect(ports.jobs.all())]);
  const world = { ports, rules, tally, apps: new Map(apps.map((app) => [keyOf(app), app])) };

  const spaces = rotated([...new Set([...apps, ...jobs].map(({ space }) => space))], ports.now());
  const jobsOf = groupBy(jobs, ({ space }) => space);
  const inOrder = spaces.flatMap((space) => jobsOf.get(space) ?? []);
  const { syncs, others } = reconcileJob(world, inOrder);
  await Promise.all([inParallel(syncs, run, SYNCS_AT_ONCE), inParallel(others, run)]);
  await inParallel(reconcileApps(world, apps), run);

  await inParallel(spaces, (space) =>
    tally.attempt({ space }, () => reconcileRuns(world, space, jobsOf.get(space) ?? [])),
  );
  await tally.attempt({}, () => removeOrphans(world, jobs));
  return tally.counts();
}

const run = (work: () => Promise<void>): Promise<void> => work();

async function collect<T extends App | BrokenApp | Job | BrokenJob>(
  parts: AsyncIterable<readonly T[]>,
): Promise<T[]> {
  const items: T[] = [];
  for await (const part of parts) items.push(...part);
  return items;
}

const MINUTE_MS = 60_000;

function rotated<T>(items: readonly T[], now: Date): readonly T[] {
  if (items.length === 0) return items;
  const first = Math.floor(now.getTime() / MINUTE_MS) % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}
