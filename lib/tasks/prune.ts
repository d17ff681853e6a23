import type { App, InvalidApp } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import { groupBy, interleave, mapConcurrent, rotate } from '../platform/collections.ts';
import { type Counters, newCounters } from '../platform/counters.ts';
import type { Log, Metrics } from '../platform/observability.ts';
import { halfUntil, PAGE_SIZE, paginate, readList } from '../platform/paginate.ts';
import { DEFAULT_RETENTION, type PruneCandidate, selectForDeletion, toCandidate } from './retention.ts';
import type { Runs } from './runs.ts';

/** Ports of a prune. */
export type PrunePorts = {
  readonly apps: Apps;
  readonly runs: Runs;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** Apps in parallel, and deletions in parallel for each: 20 requests at most. */
const APP_CONCURRENCY = 4;
const DELETE_CONCURRENCY = 5;

const FIVE_MINUTES_MS = 5 * 60_000;

export type Prune = {
  /** Soft deadline: no new work starts after this. */
  readonly until: Date;
};

/**
 * Deletes the oldest ended tasks beyond each app's retention, with their pods and logs; returns counts by outcome. No state
 * is kept between invocations, so it may be cut anywhere and run twice at once: each deletion names one object by uid, the
 * oldest first. An app that fails is logged and counted, never propagated; what failed because the cluster was out of reach
 * is retried at the end. Each invocation starts at another space. Invalid apps keep all their tasks: their retention is
 * unknown. Throws when the apps cannot be listed within half of the time.
 */
export async function prune(ports: PrunePorts, { until }: Prune): Promise<Readonly<Record<string, number>>> {
  const counters = newCounters(ports, 'prune', until);
  const listed = await readList(
    ports,
    counters,
    { list: 'apps', until: halfUntil(ports, until) },
    ports.apps.all,
  );
  const spaces = groupBy(listed, ({ space }) => space);
  const apps = interleave(rotate([...spaces.values()], ports.now(), FIVE_MINUTES_MS));
  await mapConcurrent(
    apps,
    (app) => counters.isolate({ space: app.space, app: app.name }, () => pruneApp(ports, counters, app)),
    APP_CONCURRENCY,
  );
  await counters.retry();
  const counts = counters.counts();
  if (counts.deferred === undefined) ports.metrics.add('PruneCompleted', 1);
  return counts;
}

async function pruneApp(ports: PrunePorts, counters: Counters, app: App | InvalidApp): Promise<void> {
  if (!('spec' in app)) return counters.count('invalid');
  const { space, name } = app;
  const retention = app.spec.taskRetention ?? DEFAULT_RETENTION;
  if (!(await ports.runs.countExceeds(space, { app: name }, retention))) return;
  const expired = selectForDeletion(await runsOf(ports, space, name), retention, ports.now());
  let deleted = 0;
  await mapConcurrent(
    expired,
    (run) =>
      counters.isolate({ space, task: run.name }, async () => {
        const outcome = await ports.runs.delete(run);
        counters.count(outcome);
        if (outcome === 'deleted') deleted += 1;
      }),
    DELETE_CONCURRENCY,
  );
  if (deleted > 0) ports.log('info', 'prune', { space, app: name, deleted });
}

async function runsOf(
  { runs }: { readonly runs: Runs },
  space: string,
  app: string,
): Promise<readonly PruneCandidate[]> {
  const found: PruneCandidate[] = [];
  const pages = paginate((after) => runs.list(space, { app }, { limit: PAGE_SIZE, after }));
  for await (const page of pages) found.push(...page.map(toCandidate));
  return found;
}
