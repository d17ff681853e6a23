import type { App } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import { getApp } from '../apps/list.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { conflict } from '../platform/errors.ts';
import { buildSecretName, newNonce } from '../platform/names.ts';
import type { RunSecrets } from '../tasks/runs.ts';
import { isActive } from '../tasks/task.ts';
import { type AppBuild, type BuildRecord, isEnded } from './build.ts';
import type { Building, Builds } from './builds.ts';
import { buildsOf, readBuild, toAppBuild } from './current.ts';
import { type BuildSpec, buildName, buildSecret, toBuildRun } from './pipeline-run.ts';
import { imageInForce } from './pushes.ts';
import { toBuild } from './result.ts';
import { type Source, sourceId } from './source.ts';

/** Ports of starting a build. */
export type StartBuildPorts = {
  readonly apps: Apps;
  readonly builds: Builds;
  readonly secrets: RunSecrets;
  readonly now: () => Date;
  readonly random: (bytes: number) => Uint8Array;
};

/** App with the source that its image is built from. */
export type AppWithSource = { readonly app: App; readonly source: Source };

/** Limit of attempts to build one source. */
const MAX_ATTEMPTS = 1000;

/**
 * Ensures a build exists for the app's source and records it in status. A source that is being built, or has a successful
 * build that is kept, is not built again; `again`: one whose newest build failed is. The order is run, Secret, status, then
 * cancelling older builds: cut anywhere, the reconcile completes it. Returns the app with the build; where another push was made
 * meanwhile, as that one left it.
 */
export async function startBuild(
  ports: StartBuildPorts,
  building: Building,
  { app, source }: AppWithSource,
  { requestedBy, again }: { readonly requestedBy: string; readonly again: boolean },
): Promise<App> {
  const builds = (await buildsOf(ports, app)).filter(({ deleting }) => !deleting);
  // The end of this one may never be recorded, as another takes its place in the status.
  const recorded = builds.filter(({ name }) => name === app.build?.name);
  await deleteBuildSecrets(
    ports,
    recorded.filter((one) => !isActive(one)),
  );
  const build = await findOrCreateBuild(ports, building, { app, source }, { builds, requestedBy, again });
  if (isActive(build)) await createBuildSecret(ports, building, { app, source }, build);
  const others = builds.filter(({ name }) => name !== build.name);
  const found = toAppBuild(build, await readBuild(ports, build));
  const updated = await recordBuild(ports, app, found, [build, ...others]);
  if (updated === 'changed') {
    // If the other push has the same source, this build is its build too.
    return cancelIfUnwanted(ports, app, build);
  }
  await endBuilds(ports, others.filter(isActive));
  return updated;
}

/** Deletes the Secrets of builds, which no pod needs when they have ended. */
export const deleteBuildSecrets = (
  { secrets }: { readonly secrets: Pick<RunSecrets, 'delete'> },
  builds: readonly BuildRecord[],
): Promise<unknown> =>
  mapConcurrent(builds, ({ space, name }) => secrets.delete(space, buildSecretName(name)));

/**
 * Deletes the Secrets of these builds, then cancels those that run, since none of their sources is the app's. Cut in
 * between, they still run and are found again.
 */
export async function endBuilds(
  ports: { readonly builds: Pick<Builds, 'cancel'>; readonly secrets: Pick<RunSecrets, 'delete'> },
  builds: readonly BuildRecord[],
): Promise<void> {
  await deleteBuildSecrets(ports, builds);
  await mapConcurrent(builds.filter(isActive), ({ space, name }) =>
    ports.builds.cancel(space, name, 'Superseded'),
  );
}

/** Ends the builds of an app that has an image now, and records that push; returns the app without them. */
export async function retireBuilds(
  ports: Pick<StartBuildPorts, 'apps' | 'builds' | 'secrets'>,
  app: App,
): Promise<App> {
  await endBuilds(ports, await buildsOf(ports, app));
  const built = imageInForce(app, []);
  await ports.apps.updateBuildStatus(app, { image: built });
  return { ...app, build: undefined, built };
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
    if (known !== undefined && isNewest && !(again || wasSuperseded(known))) return known;
    if (known !== undefined || !isNewest) continue;
    const request = { requestedBy, requestedAt: ports.now(), nonce: newNonce(ports) };
    const spec: BuildSpec = { app, source, settings, attempt, ...request };
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
  const build: AppBuild = { name, id, sha256, state: 'pending', createdAt: now().toISOString() };
  await apps.updateBuildStatus(app, { build });
}

const isGood = (build: BuildRecord): boolean => isActive(build) || toBuild(build).state === 'succeeded';

/** True for the build of a source that was pushed again after another one. */
const wasSuperseded = (build: BuildRecord): boolean => {
  const { state, reason } = toBuild(build);
  return state === 'cancelled' && reason === 'Superseded';
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
    registry?.credentials(app.space),
  ]);
  await ports.secrets.createOwned(
    build,
    buildSecretName(build.name),
    buildSecret(source, { url, credentials }),
  );
}

/**
 * Records the build of the app's source, and the image that its tasks run on, which may be that of another build; returns
 * the app with both, or `changed` when another push was made since. `all`: all builds of the app. A failure is recorded as
 * running while one of them is active: that one may still end well.
 */
export async function recordBuild(
  { apps }: { readonly apps: Apps },
  app: App,
  found: AppBuild,
  all: readonly BuildRecord[],
): Promise<App | 'changed'> {
  const isOpen = found.state !== 'succeeded' && isEnded(found.state) && all.some(isActive);
  const { name, id, sha256, createdAt } = found;
  const build: AppBuild = isOpen ? { name, id, sha256, createdAt, state: 'running' } : found;
  const built = imageInForce(app, all);
  if ((await apps.updateBuildStatus(app, { build, image: built })) === 'changed') return 'changed';
  return { ...app, build, built };
}

/** Cancels the build if the app no longer has its source; returns the current app. */
async function cancelIfUnwanted(ports: StartBuildPorts, app: App, build: BuildRecord): Promise<App> {
  const now = await getApp(ports, { space: app.space, app: app.name });
  if (!('spec' in now)) return app;
  const isWanted =
    now.uid === app.uid && now.spec.source !== undefined && sourceId(now.spec.source) === build.id;
  if (!isWanted && isActive(build)) await endBuilds(ports, [build]);
  return now;
}
