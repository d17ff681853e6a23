import { type App, type AppConditionUpdate, type InvalidApp, newReadiness } from '../apps/app.ts';
import { syncBindings } from '../apps/bindings.ts';
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

/** Interval in minutes at which the Secrets of an app are read again; spread over apps by hash. */
const LOOKED_AT_EVERY = 10;

type Work = () => Promise<void>;

/**
 * Plans the work on apps: syncs bindings of an app that was created by kubectl, was changed, or whose Secrets may have
 * changed; and sets the condition `Ready` of an app that is invalid or was fixed.
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

/** Requester of a build that no push requested. */
const REQUESTED_BY = 'reconcile';

/**
 * Plans the work on builds: of apps whose source has no build, or whose build has not been recorded as ended. Sends no
 * request for other apps. Empty where the stage builds no images.
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
    // The next reconcile records how it ended.
    if ((await ports.builds.cancel(app.space, run.name, 'PendingTimeout')) === 'cancelling')
      counters.count('buildPendingTimeout');
    return;
  }
  // A pending pod may wait for the Secret of a push that was cut off.
  if (found.state === 'pending') await createBuildSecret(ports, building, sourced, run);
  else if (found.state === app.build?.state) return;
  const others = await cancelOthers(ports, app, run);
  if (isEnded(found.state)) await tidy(context, app, [run, ...others]);
  if (found.state === app.build?.state) return;
  if ((await updateBuildStatus(ports, sourced, run, found)) !== 'changed' && isEnded(found.state))
    counters.count(`build.${found.state}`);
}

/** Starts the build of a source that kubectl set, or whose push was cut off. Records once that it was never uploaded. */
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

/** Cancels other builds of the app, which an interrupted push may leave; returns all of them, newest first. */
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

/** Deletes expired builds; runs before the end of a build is recorded. */
async function tidy(
  { ports, counters }: ReconcileContext,
  app: App,
  builds: readonly BuildRecord[],
): Promise<void> {
  for (const build of expiredBuilds(builds, app.built?.build))
    if ((await ports.builds.delete(build)) === 'deleted') counters.count('buildDeleted');
}
