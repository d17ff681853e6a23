import { publishMissedRuns } from '../events/publish.ts';
import { groupBy, mapConcurrent, rotate } from '../platform/collections.ts';
import { type Counters, newCounters } from '../platform/counters.ts';
import { halfUntil, readList } from '../platform/paginate.ts';
import { onDefaultBus } from '../schedules/rule-names.ts';
import { reconcileApps, reconcileBuilds } from './apps.ts';
import { namespacedName, type ReconcilePorts } from './context.ts';
import { reconcileJob } from './jobs.ts';
import { readRules, removeOrphans } from './rules.ts';
import { reconcileRuns } from './runs.ts';

/** Concurrent syncs: all callers of an AWS account share about 50 requests per second. */
const SYNC_CONCURRENCY = 2;

const MINUTE_MS = 60_000;

export type Reconcile = {
  /** Soft deadline: no new work starts after this. */
  readonly until: Date;
};

/**
 * Reconciles the stage once: applies specs, runs overdue jobs, admits queued tasks, cancels tasks that can't start,
 * publishes events, removes rules without a job. Safe to interrupt at any point and to run concurrently. The failure of
 * one job is logged and counted and stops no other; work that found the cluster or AWS out of reach is retried at the end.
 * Starts at another space each minute, so that deferred work is not always the same. When the Apps or the Jobs can't be
 * listed in half of its time, does the work that the other list allows; throws when neither can be listed.
 */
export async function reconcile(
  ports: ReconcilePorts,
  { until }: Reconcile,
): Promise<Readonly<Record<string, number>>> {
  const counters = newCounters(ports, 'reconcile', until);
  // Reads rules before jobs: a rule whose job is missing from a later list is an orphan.
  const rules = await readRules(ports);
  const { apps, jobs } = await readLists(ports, counters, until);
  const taken = rules && new Set(rules.keys());
  const context = {
    ...{ ports, rules, taken, counters },
    apps: apps && new Map(apps.map((app) => [namespacedName(app), app])),
  };

  const found = [...(apps ?? []), ...(jobs ?? [])].map(({ space }) => space);
  const spaces = rotate([...new Set(found)], ports.now(), MINUTE_MS);
  const jobsOf = groupBy(jobs ?? [], ({ space }) => space);
  const inOrder = spaces.flatMap((space) => jobsOf.get(space) ?? []);
  if (jobs !== undefined) {
    const { syncs, others } = reconcileJob(context, inOrder);
    await Promise.all([mapConcurrent(syncs, run, SYNC_CONCURRENCY), mapConcurrent(others, run)]);
  }
  await mapConcurrent([...reconcileApps(context, apps ?? []), ...reconcileBuilds(context, apps ?? [])], run);

  await mapConcurrent(spaces, (space) =>
    counters.isolate({ space }, () => reconcileRuns(context, space, jobs && (jobsOf.get(space) ?? []))),
  );
  await publishMissedRuns({ ...ports, counters }, inOrder);
  // By an incomplete list a rule in use would look like an orphan.
  if (jobs !== undefined) await counters.isolate({}, () => removeOrphans(context, jobs));
  await counters.retry();
  const counts = counters.counts();
  if (rules !== undefined) ports.metrics.add('RulesUsed', onDefaultBus([...rules.keys()]).length);
  const isWhole = apps !== undefined && jobs !== undefined && counts.deferred === undefined;
  if (isWhole) ports.metrics.add('ReconcileCompleted', 1);
  return counts;
}

/** Lists all Apps and Jobs; a list that could not be read is absent. Throws when neither could be read. */
async function readLists(ports: ReconcilePorts, counters: Counters, until: Date) {
  const half = halfUntil(ports, until);
  const [apps, jobs] = await Promise.allSettled([
    readList(ports, counters, { list: 'apps', until: half }, ports.apps.all),
    readList(ports, counters, { list: 'jobs', until: half }, ports.jobs.all),
  ]);
  if (apps.status === 'rejected' && jobs.status === 'rejected') throw apps.reason;
  return { apps: listOf(apps), jobs: listOf(jobs) };
}

const listOf = <T>(settled: PromiseSettledResult<T>): T | undefined =>
  settled.status === 'fulfilled' ? settled.value : undefined;

const run = (work: () => Promise<void>): Promise<void> => work();
