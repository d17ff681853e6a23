import { publishJobEvents } from '../events/publish-job-events.ts';
import type { InvalidJob, Job } from '../jobs/job.ts';
import { groupBy, interleave, rotate, roundRobin } from '../platform/collections.ts';
import { type Counters, newCounters } from '../platform/counters.ts';
import { halfUntil, readList } from '../platform/paginate.ts';
import { onDefaultBus } from '../schedules/rule-names.ts';
import { namespacedName, publishPorts, type ReconcileContext, type ReconcilePorts } from './context.ts';
import { ruleQuota } from './jobs.ts';
import { newPauses, type Pauses } from './pauses.ts';
import { readRules, removeOrphans } from './rules.ts';
import { reconcileSpace, type Space } from './space.ts';

/** Concurrent syncs: all callers of an AWS account share about 50 requests per second. */
const SYNC_CONCURRENCY = 2;

const MINUTE_MS = 60_000;

export type Reconcile = {
  /** Soft deadline: no new work starts after this. */
  readonly until: Date;
  /** Pauses that the reconcile before left. */
  readonly pauses?: Pauses | undefined;
};

/**
 * Reconciles the stage once: applies specs, runs overdue jobs, admits queued tasks, cancels tasks that can't start,
 * publishes events, removes rules without a job. Safe to interrupt at any point and to run concurrently. The failure of
 * one job is logged and counted and stops no other; work that found the cluster or AWS out of reach is retried at the end.
 * Spaces take turns, so that none waits for all the work of another; it starts at another space each minute. When the Apps
 * or the Jobs can't be listed in half of its time, does the work that the other list allows; throws when neither can be
 * listed.
 */
export async function reconcile(
  ports: ReconcilePorts,
  { until, pauses = newPauses() }: Reconcile,
): Promise<Readonly<Record<string, number>>> {
  const counters = newCounters(ports, 'reconcile', until);
  // Reads rules before jobs: a rule whose job is missing from a later list is an orphan.
  const rules = await readRules(ports);
  const { apps, jobs } = await readLists(ports, counters, until);
  const context = {
    ...{ ports, counters, rules, now: ports.now(), written: new Map() },
    apps: apps && new Map(apps.map((app) => [namespacedName(app), app])),
    taken: rules && new Set(rules.keys()),
    quota: ruleQuota(ports.stage.maxRules, rules),
  };
  ports.metrics.add('JobsOverdue', 0);

  const spaces = inOrder(spacesOf(apps, jobs), pauses, ports.now());
  const turns = { plans: roundRobin(1), syncs: roundRobin(SYNC_CONCURRENCY), others: roundRobin() };
  const reconciled = await Promise.all(
    spaces.map(async (space) => ({ space, ...(await reconcileSpace(context, space, { turns, pauses })) })),
  );
  const open = reconciled.filter(({ isOpen }) => isOpen).map(({ space }) => space.jobs ?? []);
  await publishJobEvents(publishPorts(context), interleave(open));
  await Promise.all([
    ...reconciled.map(({ syncs }) => syncs),
    // With an incomplete list a rule in use would look like an orphan.
    jobs && counters.isolate({}, () => removeOrphans(context, jobs, turns.syncs)),
  ]);
  await counters.retry();

  const counts = counters.counts();
  ports.metrics.add('ReconcileErrors', counts.errors ?? 0);
  if (jobs !== undefined) addHealth(ports, jobs, context.written);
  if (rules !== undefined) ports.metrics.add('RulesUsed', onDefaultBus([...rules.keys()]).length);
  if (counts.deferred !== undefined) ports.log('warn', 'deferred', { units: counters.deferredBySpace() });
  const isWhole = apps !== undefined && jobs !== undefined && counts.deferred === undefined;
  if (isWhole) ports.metrics.add('ReconcileCompleted', 1);
  return counts;
}

/**
 * A reconcile for one minute after the other in the same process: what was refused in one is paused in the next. A minute
 * is nobody's request: each task that it starts has a trace of its own, not that of the invocation.
 */
export function newReconciler(): typeof reconcile {
  const pauses = newPauses();
  return (ports, options) => reconcile({ ...ports, trace: undefined }, { pauses, ...options });
}

/** Adds the metrics of jobs whose newest task failed, and of those without a success in time. */
function addHealth(
  { metrics }: ReconcilePorts,
  jobs: readonly (Job | InvalidJob)[],
  written: ReconcileContext['written'],
): void {
  const healths = jobs.map((job) => (written.get(job.uid) ?? job).status.health);
  metrics.add('JobsFailing', healths.filter((health) => health?.failingSince !== undefined).length);
  metrics.add('JobsSilent', healths.filter((health) => health?.silentSince !== undefined).length);
}

type Listed = Awaited<ReturnType<typeof readLists>>;

function spacesOf(apps: Listed['apps'], jobs: Listed['jobs']): readonly Space[] {
  const appsOf = groupBy(apps ?? [], ({ space }) => space);
  const jobsOf = groupBy(jobs ?? [], ({ space }) => space);
  const names = new Set([...appsOf.keys(), ...jobsOf.keys()]);
  return [...names].map((name) => ({
    name,
    apps: appsOf.get(name) ?? [],
    jobs: jobs && (jobsOf.get(name) ?? []),
  }));
}

/** Spaces in the order of their first turn: another one first each minute, those that were closed last, none that is paused. */
function inOrder(spaces: readonly Space[], pauses: Pauses, now: Date): readonly Space[] {
  const due = rotate(spaces, now, MINUTE_MS).filter(({ name }) => !pauses.isPaused(name, now));
  const wasClosed = ({ name }: Space): boolean => pauses.wasRefused(name);
  return [...due.filter((space) => !wasClosed(space)), ...due.filter(wasClosed)];
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
