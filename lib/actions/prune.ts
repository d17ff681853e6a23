import type { App, BrokenApp } from '../domain/app.ts';
import { groupBy } from '../domain/group-by.ts';
import { PAGE_SIZE, paginate } from '../domain/paginate.ts';
import { DEFAULT_RETENTION, type Pruned, surplusOf, toPruned } from '../domain/retention.ts';
import type { Ports } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { halfUntil, readList } from './read-list.ts';
import { rotated } from './rotated.ts';
import { newTally, type Tally } from './tally.ts';

/** Apps at once, and deletions of each at once: together as many requests as a cluster takes well. */
const APPS_AT_ONCE = 4;
const DELETIONS_AT_ONCE = 5;

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
export async function prune(ports: Ports, { until }: Prune): Promise<Readonly<Record<string, number>>> {
  const tally = newTally(ports, 'prune', until);
  const listed = await readList(
    ports,
    tally,
    { list: 'apps', until: halfUntil(ports, until) },
    ports.apps.all,
  );
  const spaces = groupBy(listed, ({ space }) => space);
  const apps = rotated([...spaces.values()], ports.now(), FIVE_MINUTES_MS).flat();
  await inParallel(
    apps,
    (app) => tally.attempt({ space: app.space, app: app.name }, () => pruneApp(ports, tally, app)),
    APPS_AT_ONCE,
  );
  await tally.retry();
  const counts = tally.counts();
  if (counts.putOff === undefined) ports.metrics.add('PruneCompleted', 1);
  return counts;
}

async function pruneApp(ports: Ports, tally: Tally, app: App | BrokenApp): Promise<void> {
  if (!('spec' in app)) return tally.count('unreadable');
  const { space, name } = app;
  const retention = app.spec.taskRetention ?? DEFAULT_RETENTION;
  if (!(await ports.runs.exceed(space, { app: name }, retention))) return;
  const surplus = surplusOf(await runsOf(ports, space, name), retention, ports.now());
  let deleted = 0;
  await inParallel(
    surplus,
    (run) =>
      tally.attempt({ space, task: run.name }, async () => {
        const outcome = await ports.runs.delete(run);
        tally.count(outcome);
        if (outcome === 'deleted') deleted += 1;
      }),
    DELETIONS_AT_ONCE,
  );
  if (deleted > 0) ports.log('info', 'prune', { space, app: name, deleted });
}

async function runsOf({ runs }: Ports, space: string, app: string): Promise<readonly Pruned[]> {
  const found: Pruned[] = [];
  const pages = paginate((after) => runs.list(space, { app }, { limit: PAGE_SIZE, after }));
  for await (const page of pages) found.push(...page.map(toPruned));
  return found;
}
