import type { Apps } from '../apps/apps.ts';
import { getApp } from '../apps/list.ts';
import type { Build } from './build.ts';
import type { Builds } from './builds.ts';
import { toBuild } from './result.ts';

/** Build with a mark if the app runs its image. */
export type ListedBuild = Build & { readonly inUse?: true };

/** Lists the builds of an app, newest first. Throws `notFound` for an unknown app. */
export async function listBuilds(
  ports: { readonly apps: Apps; readonly builds: Builds },
  ref: { readonly space: string; readonly app: string },
): Promise<readonly ListedBuild[]> {
  const { space } = ref;
  const [owner, runs] = await Promise.all([getApp(ports, ref), ports.builds.list(space, ref.app)]);
  const own = runs.filter(({ ownerUid }) => ownerUid === owner.uid);
  const started = own.filter(({ taskRun }) => taskRun !== undefined).map((run) => run.name);
  const taskRuns = new Map((await ports.builds.taskRuns(space, started)).map((one) => [one.run, one]));
  return own.map((run) => ({
    ...toBuild(run, taskRuns.get(run.name)),
    ...(run.name === owner.built?.build ? { inUse: true as const } : {}),
  }));
}
