import type { App } from '../apps/app.ts';
import { isActive } from '../tasks/queueing.ts';
import { type AppBuild, type BuildRecord, isEnded } from './build.ts';
import { sourceId } from './pipeline-run.ts';

/** Builds that have ended which are kept of an app, beside the one whose image is in use. */
const KEPT = 5;

/** How long a build may wait for its start, in ms. */
const PENDING_MS = 30 * 60_000;

/** Whether something is left to do for the build of an app: it has none of its source, or one whose end is not written. */
export const needsBuild = ({ spec, build }: App): boolean =>
  spec.source !== undefined &&
  (build === undefined || build.id !== sourceId(spec.source) || !isEnded(build.state));

/** The builds of an app that have ended and are too many, the oldest. `builds`: newest first. */
export function expiredBuilds(
  builds: readonly BuildRecord[],
  inUse: string | undefined,
): readonly BuildRecord[] {
  const ended = builds.filter((build) => !isActive(build) && !build.deleting);
  return ended.slice(KEPT).filter(({ name }) => name !== inUse);
}

/** Whether a build waits for longer than it may. */
export const waitsTooLong = (
  { state, createdAt }: Pick<AppBuild, 'state' | 'createdAt'>,
  now: Date,
): boolean => state === 'pending' && now.getTime() - Date.parse(createdAt) >= PENDING_MS;
