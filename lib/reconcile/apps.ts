import type { App, AppConditionUpdate, InvalidApp } from '../apps/app.ts';
import { syncBindings } from '../apps/bindings.ts';
import {
  type AppBuild,
  type BuildRecord,
  expiredBuilds,
  isEnded,
  needsBuild,
  waitsTooLong,
} from '../builds/build.ts';
import type { Building } from '../builds/builds.ts';
import { buildsOf, readBuild, toAppBuild } from '../builds/current.ts';
import { imageInForce } from '../builds/pushes.ts';
import { sourceId } from '../builds/source.ts';
import {
  type AppWithSource,
  createBuildSecret,
  deleteBuildSecrets,
  endBuilds,
  recordBuild,
  retireBuilds,
  startBuild,
} from '../builds/start.ts';
import { describeFields } from '../platform/errors.ts';
import { hashOf } from '../platform/names.ts';
import { isActive } from '../tasks/task.ts';
import type { ReconcileContext, Work } from './context.ts';

/** Interval in minutes at which the Secrets of an app are read again; spread over apps by hash. */
const LOOKED_AT_EVERY = 10;

/**
 * Plans the work on apps: syncs bindings of an app that was created by kubectl, was changed, or whose Secrets may have
 * changed; and sets the condition `Ready` of an app that is invalid, was fixed, or has it of an earlier generation.
 */
export function reconcileApps(
  context: ReconcileContext,
  apps: readonly (App | InvalidApp)[],
): readonly Work[] {
  const { now } = context;
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

/**
 * The condition `Ready` to write on an App: its problems if it is invalid, or that it is valid again. `undefined` when
 * the condition is up to date; an App that was never invalid has none.
 */
function newReadiness(app: App | InvalidApp): AppConditionUpdate | undefined {
  if ('spec' in app) {
    return app.blockingReason === undefined && !app.readyIsStale
      ? undefined
      : { ready: true, reason: 'Valid', message: 'Tasks can run on it.' };
  }
  const message = describeFields(app.problems);
  if (message === app.blockingReason && !app.readyIsStale) return undefined;
  return { ready: false, reason: 'Invalid', message };
}

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
    const work = 'spec' in app ? workOnBuilds(context, building, app) : undefined;
    if (work === undefined) return [];
    return [() => context.counters.isolate({ space: app.space, app: app.name }, work)];
  });
}

function workOnBuilds(
  context: ReconcileContext,
  building: Building,
  app: App,
): (() => Promise<void>) | undefined {
  const { source } = app.spec;
  if (source !== undefined)
    return needsBuild(app) ? () => reconcileBuild(context, building, { app, source }) : undefined;
  if (app.build === undefined && app.isUnrecorded === undefined) return undefined;
  return async () => {
    await retireBuilds(context.ports, app);
    context.counters.count('imagesRecorded');
  };
}

async function reconcileBuild(
  context: ReconcileContext,
  building: Building,
  sourced: AppWithSource,
): Promise<void> {
  const { ports, counters } = context;
  const { app, source } = sourced;
  const builds = await buildsOf(ports, app);
  const run = builds.find(({ name, id }) => name === app.build?.name && id === sourceId(source));
  if (run === undefined) return startAgain(context, building, sourced, builds);

  const found = await readBuild(ports, run);
  if (waitsTooLong(found, ports.now())) {
    await deleteBuildSecrets(ports, [run]);
    // The next reconcile records how it ended.
    if ((await ports.builds.cancel(app.space, run.name, 'PendingTimeout')) === 'cancelling')
      counters.count('buildPendingTimeout');
    return;
  }
  // A pending pod may wait for the Secret of a push that was cut off.
  if (found.state === 'pending') await createBuildSecret(ports, building, sourced, run);
  const others = builds.filter(({ name }) => name !== run.name);
  await endBuilds(ports, others.filter(isActive));
  if (isEnded(found.state)) await tidy(context, app, builds);
  if (found.state === app.build?.state) return;
  const updated = await recordBuild(ports, app, toAppBuild(run, found), builds);
  if (updated !== 'changed' && updated.build !== undefined && isEnded(updated.build.state))
    counters.count(`build.${updated.build.state}`);
}

/** Starts the build of a source that kubectl set, or whose push was cut off. Records once that it was never uploaded. */
async function startAgain(
  { ports, counters }: ReconcileContext,
  building: Building,
  sourced: AppWithSource,
  builds: readonly BuildRecord[],
): Promise<void> {
  const { app, source } = sourced;
  if (await building.sources.has(app.space, app.name, source.sha256)) {
    await startBuild(ports, building, sourced, { requestedBy: REQUESTED_BY, again: false });
    return counters.count('buildStarted');
  }
  await endBuilds(ports, builds);
  const now = ports.now().toISOString();
  const build: AppBuild = {
    name: '',
    id: sourceId(source),
    sha256: source.sha256,
    state: 'failed',
    reason: 'SourceGone',
    message: 'There is no upload of this source, or it has expired. Upload it, then push again.',
    createdAt: now,
    finishedAt: now,
  };
  await recordBuild(ports, app, build, builds);
  counters.count('buildSourceGone');
}

/** Deletes the Secrets of builds, and expired builds; runs before the end of a build is recorded. */
async function tidy(
  { ports, counters }: ReconcileContext,
  app: App,
  builds: readonly BuildRecord[],
): Promise<void> {
  await deleteBuildSecrets(ports, builds);
  for (const build of expiredBuilds(builds, imageInForce(app, builds)?.build))
    if ((await ports.builds.delete(build)) === 'deleted') counters.count('buildDeleted');
}
