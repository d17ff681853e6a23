import { type App, imageOf } from '../apps/app.ts';
import { isEnded } from '../builds/build.ts';
import { builtImageOf as imageOfBuild, toBuild } from '../builds/result.ts';
import { conflict } from '../platform/errors.ts';
import type { Ports } from '../platform/ports.ts';

/**
 * The app with the image that its tasks run on. The newest build may have ended since the reconcile last looked: then
 * its run is read, one request more, and its image is used where it is good. Throws `conflict` where there is none yet.
 */
export async function resolveImage({ builds }: Pick<Ports, 'builds'>, app: App): Promise<App> {
  if (app.spec.image !== undefined) return app;
  const { build } = app;
  if (build !== undefined && !isEnded(build.state)) {
    const run = await builds.find(app.space, build.name);
    const isGood = run?.ownerUid === app.uid && toBuild(run).state === 'succeeded';
    const built = isGood ? imageOfBuild(run) : undefined;
    if (built !== undefined) return { ...app, built };
  }
  if (imageOf(app) !== undefined) return app;
  throw conflict(whyNone(app));
}

/** Why an app of a source has no image. */
function whyNone({ name, build }: App): string {
  if (build === undefined)
    return `App "${name}" has no image yet: its build has not begun. Try again in a minute.`;
  if (!isEnded(build.state))
    return `App "${name}" has no image yet: build "${build.name}" is ${build.state}. Try again when it has ended.`;
  const what =
    build.name === '' ? 'its source could not be built' : `build "${build.name}" is ${build.state}`;
  const why = [build.reason, build.message].filter((part) => part !== undefined).join(': ');
  return `App "${name}" has no image: ${what} (${why}). Push it again.`;
}
