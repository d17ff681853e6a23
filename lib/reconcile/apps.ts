import { type App, type AppConditionUpdate, type InvalidApp, newReadiness } from '../apps/app.ts';
import { syncBindings } from '../apps/sync-bindings.ts';
import { type BuildRecord, expiredBuilds, isEnded, needsBuild, waitsTooLong } from '../builds/build.ts';
import type { Building, Builds } from '../builds/builds.ts';
import { sourceId } from '../builds/source.ts';
import {
  type AppWithSource,
  createBuildSecret,
  readBuild,
  startBuild,
  updateBuildStatus,
} from '../builds/start.ts';
import { hashOf } from '../platform/names.ts';
import { isActive } from '../tasks/task.ts';
import type { ReconcileContext } from './context.ts';

/** A Secret that others change reaches the tasks of an app within so many minutes; each app has its own minute. */
const LOOKED_AT_EVERY = 10;

type Work = () => Promise<void>;

/**
 * The work that apps need: bindings of one that came past push-app, that was changed, or whose Secrets may have
 * changed since they were last looked at; and a word to whoever wrote one that no task can run on.
 */
export function reconcileApps(
  context: ReconcileContext,
  apps: readonly (App | InvalidApp)[],
): readonly Work[] {
  const now = context.ports.now();
  return apps.flatMap((app) => {
    const readiness = newReadiness(app);
    return [
      ...('spec' in app && needsBindings(app, now) ? [bindings(context, app, now)] : []),
      ...(readiness === undefined ? [] : [reported(context, app, readiness, now)]),
    ];
  });
}

const bindings =
  ({ ports, counters }: ReconcileContext, app: App, now: Date): Work =>
  () =>
    counters.isolate({ space: app.space, app: app.name }, async () => {
      const update = await syncBindings(ports, app);
      counters.count(update.ready ? 'bindingsSynced' : 'bindingsMissing');
      if (app.bindings !== (update.ready ? 'ready' : 'notReady'))
        await ports.apps.updateBindingsCondition(app, update, now);
    });

const reported =
  (
    { ports, counters }: ReconcileContext,
    app: App | InvalidApp,
    readiness: AppConditionUpdate,
    now: Date,
  ): Work =>
  () =>
    counters.isolate({ space: app.space, app: app.name }, async () => {
      await ports.apps.updateReadyCondition(app, readiness, now);
      counters.count('conditionsUpdated');
    });

function needsBindings({ space, name, spec, bindings }: App, now: Date): boolean {
  if ((spec.services ?? []).length === 0) return bindings === 'stale' || bindings === 'notReady';
  if (bindings !== 'ready') return true;
  return (
    Number.parseInt(hashOf([space, name], 8), 16) % LOOKED_AT_EVERY === now.getUTCMinutes() % LOOKED_AT_EVERY
  );
}

/** Who asked for a build that no push asked for. */
const REQUESTED_BY = 'reconcile';

/**
 * The work that builds need: of an app whose source is not built or whose build's end is not written. Of all others
 * nothing is asked. Where the stage builds nothing there is none.
 */
export function reconcileBuilds(
  context: ReconcileContext,
  apps: readonly (App | InvalidApp)[],
): readonly Work[] {
  const { building } = context.ports;
  if (building === undefined) return [];
  return apps.flatMap((app) => {
    if (!('spec' in app) || app.spec.source === undefined || !needsBuild(app)) return [];
    const sourced = { app, source: app.spec.source };
    return [
      () =>
        context.counters.isolate({ space: app.space, app: app.name }, () =>
          reconcileBuild(context, building, sourced),
        ),
    ];
  });
}

async function reconcileBuild(
  context: ReconcileContext,
  building: Building,
  sourced: AppWithSource,
): Promise<void> {
  const { ports, counters } = context;
  const { app, source } = sourced;
  const run =
    app.build?.id === sourceId(source) ? await ports.builds.find(app.space, app.build.name) : undefined;
  if (run === undefined || run.ownerUid !== app.uid) return startAgain(context, building, sourced);

  const found = await readBuild(ports, run);
  if (waitsTooLong(found, ports.now())) {
    // What became of it is written in another minute.
    if ((await ports.builds.cancel(app.space, run.name, 'PendingTimeout')) === 'cancelling')
      counters.count('buildPendingTimeout');
    return;
  }
  // A pod that waits may wait for the Secret of a push that was cut off.
  if (found.state === 'pending') await createBuildSecret(ports, building, sourced, run);
  else if (found.state === app.build?.state) return;
  const others = await cancelOthers(ports, app, run);
  if (isEnded(found.state)) await tidy(context, app, [run, ...others]);
  if (found.state === app.build?.state) return;
  if ((await updateBuildStatus(ports, sourced, run, found)) !== 'changed' && isEnded(found.state))
    counters.count(`build.${found.state}`);
}

/** A source that came past push-app, or whose push was cut off. One that was never uploaded is told of once. */
async function startAgain(
  { ports, counters }: ReconcileContext,
  building: Building,
  sourced: AppWithSource,
): Promise<void> {
  const { app, source } = sourced;
  if (await building.sources.has(app.space, app.name, source.sha256)) {
    await startBuild(ports, building, sourced, { requestedBy: REQUESTED_BY, again: false });
    return counters.count('buildStarted');
  }
  const now = ports.now().toISOString();
  await ports.apps.updateBuildStatus(app, {
    name: '',
    id: sourceId(source),
    sha256: source.sha256,
    state: 'failed',
    reason: 'SourceGone',
    message: 'There is no upload of this source, or it has expired. Upload it, then push again.',
    createdAt: now,
    finishedAt: now,
  });
  counters.count('buildSourceGone');
}

/** Cancels the other builds of an app, which a push that was cut off may have left; all of them, newest first. */
async function cancelOthers(
  { builds }: { readonly builds: Builds },
  app: App,
  run: BuildRecord,
): Promise<readonly BuildRecord[]> {
  const others = (await builds.list(app.space, app.name)).filter(
    ({ ownerUid, name }) => ownerUid === app.uid && name !== run.name,
  );
  for (const other of others.filter(isActive)) await builds.cancel(app.space, other.name, 'Overtaken');
  return others;
}

/** Before an end is written: builds that ended long ago are deleted. */
async function tidy(
  { ports, counters }: ReconcileContext,
  app: App,
  builds: readonly BuildRecord[],
): Promise<void> {
  for (const build of expiredBuilds(builds, app.built?.build))
    if ((await ports.builds.delete(build)) === 'deleted') counters.count('buildDeleted');
}
