import type { App } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import { app as readApp } from '../apps/list.ts';
import { conflict } from '../platform/errors.ts';
import { mapConcurrent } from '../platform/map-concurrent.ts';
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

/** An app that is built of a source. */
export type AppWithSource = { readonly app: App; readonly source: Source };

/** Attempts at one content of which Taskbridge still finds the next one's name. */
const MAX_ATTEMPTS = 1000;

/** The app with its newest build; `overtaken`: another source was pushed meanwhile, whose push builds it. */
export type StartedBuild = { readonly app: App; readonly outcome: 'built' | 'overtaken' };

/**
 * Sees to it that the source of an app is built, and that its status tells of it. Content that is being built, or was
 * built well and is kept, is not built again; with `again` content whose newest build did not end well is. First the run,
 * then its Secret, then the status, then the builds before it are cancelled: cut in between, the reconcile goes on.
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
  const build = await buildOf(ports, building, { app, source }, { builds, requestedBy, again });
  if (isActive(build)) await createBuildSecret(ports, building, { app, source }, build);
  const found = await readBuild(ports, build);
  const updated = await updateBuildStatus(ports, { app, source }, build, found);
  if (updated === 'changed') {
    // Where the same source was pushed twice, this build is the other push's too.
    return { app: await whoseBuild(ports, app, build), outcome: 'overtaken' };
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

/** The build of the content that is there and will do, or a new one. */
async function buildOf(
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
    const order: BuildSpec = { app, source, settings, attempt, requestedBy, requestedAt: ports.now() };
    await recordPendingBuild(ports, { app, source }, name);
    const made = await ports.builds.create(toBuildRun(order));
    if (made.build?.ownerUid === app.uid && (made.outcome === 'created' || isGood(made.build)))
      return made.build;
    if (made.build?.ownerUid !== app.uid) throw taken(name);
  }
  throw conflict(
    `Source ${source.sha256} of app "${app.name}" was built too often: push it with another --rebuild.`,
  );
}

/**
 * Before another build of the source whose build the status names: cut behind its create, the reconcile would look at that
 * one alone. Cut before that, it finds no such run, and writes what it finds.
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

/** A source that came back after another one had overtaken it. */
const wasOvertaken = (build: BuildRecord): boolean => {
  const { state, reason } = toBuild(build);
  return state === 'cancelled' && reason === 'Overtaken';
};

const taken = (name: string) =>
  conflict(
    `The name "${name}" is taken by a run that is not a build of this app, perhaps of an earlier app of this name ` +
      'that is being deleted. Push again.',
  );

/** Makes the Secret of a build, which its pod waits for. One that is there stays. */
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

/** What became of a build, by its TaskRun too where it has one. */
export async function readBuild({ builds }: { readonly builds: Builds }, run: BuildRecord): Promise<Build> {
  const [taskRun] = run.taskRun === undefined ? [] : await builds.taskRuns(run.space, [run.name]);
  return toBuild(run, taskRun);
}

/** Writes what is known of the build; the app as it then is. */
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

/** Cancels a build that nobody wants any more; the app as it is now. */
async function whoseBuild(
  ports: { readonly apps: Apps; readonly builds: Builds },
  app: App,
  build: BuildRecord,
): Promise<App> {
  const now = await readApp(ports, { space: app.space, app: app.name });
  if (!('spec' in now)) return app;
  const isWanted =
    now.uid === app.uid && now.spec.source !== undefined && sourceId(now.spec.source) === build.id;
  if (!isWanted && isActive(build)) await ports.builds.cancel(app.space, build.name, 'Overtaken');
  return now;
}
