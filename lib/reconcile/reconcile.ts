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

/** Writes of rules at once: all callers of an account share some 50 requests a second. */
const SYNC_CONCURRENCY = 2;

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
  ports: ReconcilePorts,
  { until }: Reconcile,
): Promise<Readonly<Record<string, number>>> {
  const counters = newCounters(ports, 'reconcile', until);
  // Rules before jobs: a rule whose job is not in a list that was read after it has none.
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
  // By a list that is not whole a rule in use would be one without a job.
  if (jobs !== undefined) await counters.isolate({}, () => removeOrphans(context, jobs));
  await counters.retry();
  const counts = counters.counts();
  if (rules !== undefined) ports.metrics.add('RulesUsed', onDefaultBus([...rules.keys()]).length);
  const isWhole = apps !== undefined && jobs !== undefined && counts.deferred === undefined;
  if (isWhole) ports.metrics.add('ReconcileCompleted', 1);
  return counts;
}

/** All Apps and Jobs; absent is a list that could not be read. Throws when neither could. */
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
