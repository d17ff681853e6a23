import type { App, InvalidApp } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import { groupBy, rotate } from '../platform/collections.ts';
import { type Counters, newCounters } from '../platform/counters.ts';
import { mapConcurrent } from '../platform/map-concurrent.ts';
import type { Log, Metrics } from '../platform/observability.ts';
import { PAGE_SIZE, paginate } from '../platform/paginate.ts';
import { halfUntil, readList } from '../platform/read-list.ts';
import { DEFAULT_RETENTION, type PruneCandidate, selectForDeletion, toCandidate } from './retention.ts';
import type { Runs } from './runs.ts';

/** Ports of a prune. */
type PrunePorts = {
  readonly apps: Apps;
  readonly runs: Runs;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** Apps at once, and deletions of each at once: together as many requests as a cluster takes well. */
const APP_CONCURRENCY = 4;
const DELETE_CONCURRENCY = 5;

const FIVE_MINUTES_MS = 5 * 60_000;

export type Prune = {
  /** Nothing new is begun from then on; what is under way may take a moment more. */
  readonly until: Date;
};

/**
 * Deletes the tasks that an app has too many of, with their pods and logs: the oldest that have ended. Nothing is kept
 * of one round for the next, so it is cut off anywhere and run twice at once without harm: each deletion means one
 * object by its uid, and the oldest go first. One app that fails is logged and counted, and stops no other. It begins
 * at another space each time. What found the cluster out of reach is done again at the end. Throws when the apps can't be
 * listed in half of its time. Apps that can't be read keep all their tasks: how many they may have is not known.
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
  const apps = rotate([...spaces.values()], ports.now(), FIVE_MINUTES_MS).flat();
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
