import type { App } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import { getApp } from '../apps/list.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { conflict } from '../platform/errors.ts';
import { buildSecretName } from '../platform/names.ts';
import type { RunSecrets } from '../tasks/runs.ts';
import { isActive } from '../tasks/task.ts';
import type { AppBuild, Build, BuildRecord, BuiltImage } from './build.ts';
import type { Building, Builds } from './builds.ts';
import { type BuildSpec, buildName, buildSecret, toBuildRun } from './pipeline-run.ts';
import { builtImageOf, toBuild } from './result.ts';
import { type Source, sourceId } from './source.ts';

/** Ports of starting a build. */
export type StartBuildPorts = {
  readonly apps: Apps;
  readonly builds: Builds;
  readonly secrets: RunSecrets;
  readonly now: () => Date;
};

/** App with the source that its image is built from. */
export type AppWithSource = { readonly app: App; readonly source: Source };

/** Limit of attempts to build one source. */
const MAX_ATTEMPTS = 1000;

/** App with its newest build. `overtaken`: another source was pushed meanwhile, and that push builds it. */
export type StartedBuild = { readonly app: App; readonly outcome: 'built' | 'overtaken' };

/**
 * Ensures a build exists for the app's source and records it in status. A source that is being built, or has a successful
 * build that is kept, is not built again; `again`: one whose newest build failed is. The order is run, Secret, status, then
 * cancelling older builds: cut anywhere, the reconcile completes it.
 */
export async function startBuild(
  ports: StartBuildPorts,
  building: Building,
  { app, source }: AppWithSource,
  { requestedBy, again }: { readonly requestedBy: string; readonly again: boolean },
): Promise<StartedBuild> {
  const builds = (await ports.builds.list(app.space, app.name)).filter(
    ({ ownerUid, deleting }) => ownerUid === app.uid && !deleting,
  );
  const build = await findOrCreateBuild(ports, building, { app, source }, { builds, requestedBy, again });
  if (isActive(build)) await createBuildSecret(ports, building, { app, source }, build);
  const found = await readBuild(ports, build);
  const updated = await updateBuildStatus(ports, { app, source }, build, found);
  if (updated === 'changed') {
    // If the other push has the same source, this build is its build too.
    return { app: await cancelIfUnwanted(ports, app, build), outcome: 'overtaken' };
  }
  await mapConcurrent(
    builds.filter((other) => other.name !== build.name && isActive(other)),
    ({ name }) => ports.builds.cancel(app.space, name, 'Overtaken'),
  );
  return { app: updated, outcome: 'built' };
}

type BuildRequest = {
  readonly builds: readonly BuildRecord[];
  readonly requestedBy: string;
  readonly again: boolean;
};

/** Returns the build of the source that can be used, or creates one. Throws `conflict`. */
async function findOrCreateBuild(
  ports: StartBuildPorts,
  { settings }: Building,
  { app, source }: AppWithSource,
  { builds, requestedBy, again }: BuildRequest,
): Promise<BuildRecord> {
  for (let attempt = 1; attempt < MAX_ATTEMPTS; attempt += 1) {
    const name = buildName(app.name, source, settings, attempt);
    const later = buildName(app.name, source, settings, attempt + 1);
    const isNewest = !builds.some((build) => build.name === later);
    const known = builds.find((build) => build.name === name);
    if (known !== undefined && isGood(known)) return known;
    if (known !== undefined && isNewest && !(again || wasOvertaken(known))) return known;
    if (known !== undefined || !isNewest) continue;
    const spec: BuildSpec = { app, source, settings, attempt, requestedBy, requestedAt: ports.now() };
    await recordPendingBuild(ports, { app, source }, name);
    const created = await ports.builds.create(toBuildRun(spec));
    if (created.build?.ownerUid === app.uid && (created.outcome === 'created' || isGood(created.build)))
      return created.build;
    if (created.build?.ownerUid !== app.uid) throw nameTaken(name);
  }
  throw conflict(
    `Source ${source.sha256} of app "${app.name}" was built too often: push it with another --rebuild.`,
  );
}

/**
 * Records the next build in status before it is created, if status names another build of the same source: cut right after
 * the create, the reconcile would look only at that one. Cut before the create, it finds no such run and records that.
 */
async function recordPendingBuild(
  { apps, now }: { readonly apps: Apps; readonly now: () => Date },
  { app, source }: AppWithSource,
  name: string,
): Promise<void> {
  const id = sourceId(source);
  if (app.build?.id !== id || app.build.name === name) return;
  const { sha256 } = source;
  await apps.updateBuildStatus(app, { name, id, sha256, state: 'pending', createdAt: now().toISOString() });
}

const isGood = (build: BuildRecord): boolean => isActive(build) || toBuild(build).state === 'succeeded';

/** True for the build of a source that was pushed again after another one. */
const wasOvertaken = (build: BuildRecord): boolean => {
  const { state, reason } = toBuild(build);
  return state === 'cancelled' && reason === 'Overtaken';
};

const nameTaken = (name: string) =>
  conflict(
    `The name "${name}" is taken by a run that is not a build of this app, perhaps of an earlier app of this name ` +
      'that is being deleted. Push again.',
  );

/** Creates the Secret that the pod of the build waits for. An existing one is kept. */
export async function createBuildSecret(
  ports: { readonly secrets: RunSecrets },
  { sources, registry }: Building,
  { app, source }: AppWithSource,
  build: BuildRecord,
): Promise<void> {
  const [url, credentials] = await Promise.all([
    sources.download(app.space, app.name, source.sha256),
    registry?.credentials(),
  ]);
  await ports.secrets.createOwned(
    build,
    buildSecretName(build.name),
    buildSecret(source, { url, credentials }),
  );
}

/** Reads the TaskRun of a build, if it has one, and derives the build from both. */
export async function readBuild({ builds }: { readonly builds: Builds }, run: BuildRecord): Promise<Build> {
  const [taskRun] = run.taskRun === undefined ? [] : await builds.taskRuns(run.space, [run.name]);
  return toBuild(run, taskRun);
}

/** Records the build in the app's status; returns the app with it, or `changed` when the app has another source now. */
export async function updateBuildStatus(
  { apps }: { readonly apps: Apps },
  { app, source }: AppWithSource,
  run: BuildRecord,
  found: Build,
): Promise<App | 'changed'> {
  const built: BuiltImage | undefined = found.state === 'succeeded' ? builtImageOf(run) : undefined;
  const build: AppBuild = {
    name: run.name,
    id: sourceId(source),
    sha256: source.sha256,
    state: found.state,
    reason: found.reason,
    message: found.message,
    createdAt: found.createdAt,
    finishedAt: found.finishedAt,
  };
  if ((await apps.updateBuildStatus(app, build, built)) === 'changed') return 'changed';
  return { ...app, build, ...(built === undefined ? {} : { built }) };
}

/** Cancels the build if the app no longer has its source; returns the current app. */
async function cancelIfUnwanted(
  ports: { readonly apps: Apps; readonly builds: Builds },
  app: App,
  build: BuildRecord,
): Promise<App> {
  const now = await getApp(ports, { space: app.space, app: app.name });
  if (!('spec' in now)) return app;
  const isWanted =
    now.uid === app.uid && now.spec.source !== undefined && sourceId(now.spec.source) === build.id;
  if (!isWanted && isActive(build)) await ports.builds.cancel(app.space, build.name, 'Overtaken');
  return now;
}
