import type { Build } from '../domain/build.ts';
import { toBuild } from '../domain/build-result.ts';
import type { Ports } from '../ports.ts';

/** A build in a list of an app's builds. */
export type ListedBuild = Build & { readonly inUse?: true };

/** The builds that are kept of an app, newest first. Throws `notFound` where there is no such app. */
export async function builds(
  ports: Ports,
  { space, app: name }: { readonly space: string; readonly app: string },
): Promise<readonly ListedBuild[]> {
  const [app, runs] = await Promise.all([ports.apps.stored(space, name), ports.builds.list(space, name)]);
  const own = runs.filter(({ ownerUid }) => ownerUid === app.uid);
  const begun = own.filter(({ taskRun }) => taskRun !== undefined).map((run) => run.name);
  const taskRuns = new Map((await ports.builds.taskRuns(space, begun)).map((one) => [one.run, one]));
  return own.map((run) => ({
    ...toBuild(run, taskRuns.get(run.name)),
    ...(run.name === app.built?.build ? { inUse: true as const } : {}),
  }));
}
