import type { App, InvalidApp } from '../apps/app.ts';
import { conflict } from '../platform/errors.ts';
import { type AppBuild, type Build, type BuildRecord, isEnded, needsBuild } from './build.ts';
import type { Builds } from './builds.ts';
import { imageInForce } from './pushes.ts';
import { toBuild } from './result.ts';
import { sourceId } from './source.ts';

/** Port to builds as far as they are read. */
type ReadPorts = { readonly builds: Pick<Builds, 'list' | 'taskRuns'> };

/** Builds of this very app, newest first; not those of an earlier app of its name. */
export const buildsOf = async ({ builds }: ReadPorts, app: App): Promise<readonly BuildRecord[]> =>
  (await builds.list(app.space, app.name)).filter(({ ownerUid }) => ownerUid === app.uid);

/** Reads the TaskRun of a build, if it has one, and derives the build from both. */
export async function readBuild({ builds }: ReadPorts, run: BuildRecord): Promise<Build> {
  const [taskRun] = run.taskRun === undefined ? [] : await builds.taskRuns(run.space, [run]);
  return toBuild(run, taskRun);
}

/** The build as the status of its app has it. */
export const toAppBuild = (run: BuildRecord, found: Build): AppBuild => ({
  name: run.name,
  id: run.id,
  sha256: run.sha256,
  state: found.state,
  reason: found.reason,
  message: found.message,
  createdAt: found.createdAt,
  finishedAt: found.finishedAt,
});

/** Returns the app with its build and image as they are now: in up to two requests, until the end is recorded. */
export async function withCurrentBuild(ports: ReadPorts, app: App | InvalidApp): Promise<App | InvalidApp> {
  if (!('spec' in app) || app.spec.source === undefined || !needsBuild(app)) return app;
  const id = sourceId(app.spec.source);
  const builds = await buildsOf(ports, app);
  const ofSource = builds.filter((build) => build.id === id);
  const run = ofSource.find(({ name }) => name === app.build?.name) ?? ofSource[0];
  const recorded = app.build?.id === id ? app.build : undefined;
  return {
    ...app,
    build: run === undefined ? recorded : toAppBuild(run, await readBuild(ports, run)),
    built: imageInForce(app, builds),
  };
}

/**
 * Returns the app with the image that its tasks run on. Until the end of its build is recorded the builds are read, in one
 * request. Throws `conflict` when there is no image yet.
 */
export async function resolveImage(ports: ReadPorts, app: App): Promise<App> {
  if (app.spec.image !== undefined) return app;
  const built = needsBuild(app) ? imageInForce(app, await buildsOf(ports, app)) : app.built;
  if (built === undefined) throw conflict(missingImageMessage(app));
  // Tasks on an image that was pushed start as they did when it was the app's.
  return built.build === undefined
    ? { ...app, spec: { ...app.spec, source: undefined, image: built.image } }
    : { ...app, built };
}

/** Explains why an app that is built from source has no image. */
function missingImageMessage({ name, spec: { source }, build }: App): string {
  if (build === undefined || (source !== undefined && build.id !== sourceId(source)))
    return `App "${name}" has no image yet: its build has not started. Try again in a minute.`;
  if (!isEnded(build.state))
    return `App "${name}" has no image yet: build "${build.name}" is ${build.state}. Try again when it has ended.`;
  const what =
    build.name === '' ? 'its source could not be built' : `build "${build.name}" is ${build.state}`;
  const why = [build.reason, build.message].filter((part) => part !== undefined).join(': ');
  return `App "${name}" has no image: ${what} (${why}). Push it again.`;
}
