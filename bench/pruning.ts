import type { App } from '../lib/apps/app.ts';
import { LABEL, MANAGED_BY } from '../lib/platform/labels.ts';
import { type ClusterApi, clusterApi } from '../test/support/cluster-api.ts';
import { app as toApp } from '../test/support/custom-resources.ts';
import { readKubeconfig } from '../test/support/kubeconfig.ts';
import { createPastRuns, type PastRun, withoutWebhooks } from '../test/support/past-runs.ts';
import { listPath } from '../test/support/paths.ts';
import { httpEvent } from './http-event.ts';
import { type Measure, type Round, rowOf } from './measure.ts';
import { SPEC } from './raw-post.ts';
import type { Row } from './row.ts';
import type { Bench } from './run-task.ts';
import { median } from './statistics.ts';

const RUNS = 600;
const KEPT = 500;

/** Of all apps so many are there when a point of the curve is measured. */
const PARTS = [0.1, 0.25, 0.5, 1];

/** Offset of the function's clock: the runs are as young as the bench, and must be older. */
const AHEAD_MS = 3_600_000;
const MINUTE_MS = 60_000;

const LISTS = 10;

/** As an app of some size has them. */
const env = Array.from({ length: 20 }, (_, index) => ({ name: `SETTING_${index}`, value: 'x'.repeat(60) }));

/** Cost for so many apps with 600 tasks each; the list is of the 500 that are left of one app. */
export type PrunePoint = {
  readonly apps: number;
  readonly fullKB: number;
  readonly pruneKB: number;
  readonly pruneMs: number;
  readonly listMs: number;
};

type PruningContext = {
  readonly measure: Measure;
  readonly admin: ClusterApi;
  readonly space: string;
  /** Paths of the whole lists of so many apps' runs. */
  readonly pathsOf: (apps: number) => readonly string[];
};

/**
 * The prune of apps that have 600 tasks each, beside whole lists of the same tasks, and lists of tasks when 500 are left
 * of each. All are in one space, which is the worst case: the API server looks through all of a space for each app.
 */
export async function measurePruning(
  measure: Measure,
  kubeconfig: string,
  { space }: Bench,
  apps: number,
): Promise<{ readonly rows: readonly Row[]; readonly points: readonly PrunePoint[] }> {
  const admin = clusterApi(await readKubeconfig(kubeconfig));
  await withoutWebhooks(admin, space);
  const pathsOf = (count: number) =>
    Array.from({ length: count }, (_, index) => {
      const labelSelector = `${LABEL.managedBy}=${MANAGED_BY},${LABEL.app}=app-${index}`;
      return `${listPath('pipelineruns', space)}?${new URLSearchParams({ labelSelector })}`;
    });
  const world = { measure, admin, space, pathsOf };
  const filled: App[] = [];
  const points: PrunePoint[] = [];
  let rows: readonly Row[] = [];
  for (const count of new Set(PARTS.map((part) => Math.ceil(apps * part)))) {
    // Those of before have lost a hundred.
    for (const app of filled) await fill(admin, app, RUNS - KEPT, filled.length);
    while (filled.length < count) {
      const app = await makeApp(admin, space, `app-${filled.length}`);
      await fill(admin, app, RUNS, 0);
      filled.push(app);
    }
    const [pruned, point] = await pruneOf(world, count);
    const listed = await listsOf(world, count);
    rows = [...pruned, ...listed];
    points.push({ ...point, listMs: listed.at(-1)?.median ?? 0 });
  }
  admin.close();
  return { rows, points };
}

async function pruneOf(
  { measure, pathsOf }: PruningContext,
  apps: number,
): Promise<readonly [readonly Row[], Omit<PrunePoint, 'listMs'>]> {
  const keeper = { identity: 'keeper', times: 1 } as const;
  const listed = { ...keeper, program: 'list-all', event: { paths: pathsOf(apps) } };
  const prune = { ...keeper, program: 'prune', aheadMs: AHEAD_MS };
  const full = await measure(listed);
  const pruned = await measure(prune);
  const all = await measure(listed);
  const again = await measure(prune);
  const group = `prune of ${apps} apps × ${RUNS}`;
  const steady = `prune of ${apps} apps × ${KEPT}`;
  const kb = (rounds: readonly Round[]) => median(rounds.map(({ bytes }) => bytes)) / 1024;
  return [
    [
      rowOf(group, 'anchor: whole lists', full),
      { ...rowOf(group, 'the 100 oldest of each go', pruned, full), aim: 'bytes ×0.15' },
      rowOf(steady, 'anchor: whole lists', all),
      { ...rowOf(steady, 'none is too many', again, all), aim: 'bytes ×0.15' },
    ],
    { apps, fullKB: kb(full), pruneKB: kb(pruned), pruneMs: median(pruned.map(({ ms }) => ms)) },
  ];
}

async function makeApp(admin: ClusterApi, space: string, name: string): Promise<App> {
  const { body } = await admin.create(listPath('apps', space), toApp(name, SPEC));
  return { space, name, uid: body.metadata.uid, createdAt: '', pushes: [], spec: { ...SPEC, env } };
}

/** Runs that have ended, a minute apart; `part` is part of their names. */
async function fill(admin: ClusterApi, app: App, count: number, part: number): Promise<void> {
  const newest = Date.now();
  const runs = Array.from(
    { length: count },
    (_, index): PastRun => ({
      app,
      id: `${part}a${String((index * 7919) % 100_003).padStart(6, '0')}`,
      requestedAt: new Date(newest - index * MINUTE_MS),
      condition:
        index % 10 === 0 ? { status: 'False', reason: 'Failed' } : { status: 'True', reason: 'Succeeded' },
      reported: true,
    }),
  );
  await createPastRuns(admin, runs);
}

/** The last row is that of a part of one app's tasks. */
async function listsOf({ measure, space, pathsOf }: PruningContext, apps: number): Promise<readonly Row[]> {
  const group = `tasks, ${apps * KEPT} in the space`;
  const list = (query: Readonly<Record<string, string>>) => {
    const event = httpEvent('GET /v1/spaces/{space}/tasks', { space }, { query });
    return measure({ program: 'read', identity: 'reader', times: LISTS, event });
  };
  const whole = await measure({
    program: 'list-all',
    identity: 'reader',
    times: LISTS,
    event: { paths: pathsOf(1) },
  });
  return [
    rowOf(group, 'anchor: whole list of one app', whole),
    rowOf(group, 'of the space', await list({}), whole),
    rowOf(group, 'of the space, running', await list({ state: 'running' }), whole),
    rowOf(group, 'of one app, failed', await list({ app: 'app-0', state: 'failed' }), whole),
    rowOf(group, 'of one app', await list({ app: 'app-0' }), whole),
  ];
}
