import { groupBy } from '../domain/group-by.ts';
import { onDefaultBus } from '../domain/rule-names.ts';
import type { ReconcilingPorts } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { halfUntil, readList } from './read-list.ts';
import { reconcileApps } from './reconcile-app.ts';
import { reconcileBuilds } from './reconcile-builds.ts';
import { reconcileJob } from './reconcile-job.ts';
import { readRules, removeOrphans } from './reconcile-rules.ts';
import { reconcileRuns } from './reconcile-runs.ts';
import { rotated } from './rotated.ts';
import { newTally, type Tally } from './tally.ts';
import { tellMissed } from './tell-missed.ts';
import { keyOf } from './world.ts';

/** Writes of rules at once: all callers of an account share some 50 requests a second. */
const SYNCS_AT_ONCE = 2;

const MINUTE_MS = 60_000;

export type Reconcile = {
  /** Nothing new is begun from then on; what is under way may take a moment more. */
  readonly until: Date;
};

/**
 * What a minute brings: schedules that are not in force as they should be, jobs that are overdue, tasks that wait for
 * room or can't start, ends to tell, rules without a job. To be cut off anywhere and run twice at once: all of it is
 * done by the functions that the verbs use. One job that fails is logged and counted, and stops no other; where the
 * cluster or AWS was out of reach, it is done again at the end. It begins at another space each minute, so that what it
 * can't get round to is never the same. Where the Apps or the Jobs can't be listed in half of its time, it does what the
 * other list allows; throws when there is neither.
 */
export async function reconcile(
  ports: ReconcilingPorts,
  { until }: Reconcile,
): Promise<Readonly<Record<string, number>>> {
  const tally = newTally(ports, 'reconcile', until);
  // Rules before jobs: a rule whose job is not in a list that was read after it has none.
  const rules = await readRules(ports);
  const { apps, jobs } = await readLists(ports, tally, until);
  const taken = rules && new Set(rules.keys());
  const world = {
    ...{ ports, rules, taken, tally },
    apps: apps && new Map(apps.map((app) => [keyOf(app), app])),
  };

  const found = [...(apps ?? []), ...(jobs ?? [])].map(({ space }) => space);
  const spaces = rotated([...new Set(found)], ports.now(), MINUTE_MS);
  const jobsOf = groupBy(jobs ?? [], ({ space }) => space);
  const inOrder = spaces.flatMap((space) => jobsOf.get(space) ?? []);
  if (jobs !== undefined) {
    const { syncs, others } = reconcileJob(world, inOrder);
    await Promise.all([inParallel(syncs, run, SYNCS_AT_ONCE), inParallel(others, run)]);
  }
  await inParallel([...reconcileApps(world, apps ?? []), ...reconcileBuilds(world, apps ?? [])], run);

  await inParallel(spaces, (space) =>
    tally.attempt({ space }, () => reconcileRuns(world, space, jobs && (jobsOf.get(space) ?? []))),
  );
  await tellMissed(world, inOrder);
  // By a list that is not whole a rule in use would be one without a job.
  if (jobs !== undefined) await tally.attempt({}, () => removeOrphans(world, jobs));
  await tally.retry();
  const counts = tally.counts();
  if (rules !== undefined) ports.metrics.add('RulesUsed', onDefaultBus([...rules.keys()]).length);
  const isWhole = apps !== undefined && jobs !== undefined && counts.putOff === undefined;
  if (isWhole) ports.metrics.add('ReconcileCompleted', 1);
  return counts;
}

/** All Apps and Jobs; absent is a list that could not be read. Throws when neither could. */
async function readLists(ports: ReconcilingPorts, tally: Tally, until: Date) {
  const half = halfUntil(ports, until);
  const [apps, jobs] = await Promise.allSettled([
    readList(ports, tally, { list: 'apps', until: half }, ports.apps.all),
    readList(ports, tally, { list: 'jobs', until: half }, ports.jobs.all),
  ]);
  if (apps.status === 'rejected' && jobs.status === 'rejected') throw apps.reason;
  return { apps: listOf(apps), jobs: listOf(jobs) };
}

const listOf = <T>(settled: PromiseSettledResult<T>): T | undefined =>
  settled.status === 'fulfilled' ? settled.value : undefined;

const run = (work: () => Promise<void>): Promise<void> => work();
