import type { Apps } from '../apps/apps.ts';
import { getApp } from '../apps/list.ts';
import { cursorGone } from '../platform/errors.ts';
import type { Page } from '../platform/paginate.ts';
import { requestedAt } from '../tasks/task.ts';
import type { Build, BuildRecord } from './build.ts';
import type { Builds } from './builds.ts';
import { toBuild } from './result.ts';

/** Build with a mark if the app runs its image. */
export type ListedBuild = Build & { readonly inUse?: true };

type ListBuilds = {
  readonly space: string;
  readonly app: string;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** Lists the builds of an app, newest first. Throws `notFound` for an unknown app, and `gone` for a cursor of another list. */
export async function listBuilds(
  ports: { readonly apps: Apps; readonly builds: Builds },
  { limit, cursor, ...ref }: ListBuilds,
): Promise<Page<ListedBuild>> {
  if (cursor !== undefined && !CURSOR.test(cursor)) throw cursorGone();
  const { space } = ref;
  const [owner, runs] = await Promise.all([getApp(ports, ref), ports.builds.list(space, ref.app)]);
  const rest = runs
    .filter((run) => run.ownerUid === owner.uid && (cursor === undefined || cursorAt(run) < cursor))
    .toSorted((one, other) => (cursorAt(one) < cursorAt(other) ? 1 : -1));
  const shown = rest.slice(0, limit);
  const started = shown.filter(({ taskRun }) => taskRun !== undefined);
  const taskRuns = new Map((await ports.builds.taskRuns(space, started)).map((one) => [one.run, one]));
  const items = shown.map((run) => ({
    ...toBuild(run, taskRuns.get(run.name)),
    ...(run.name === owner.built?.build ? { inUse: true as const } : {}),
  }));
  const last = rest.length > shown.length ? shown.at(-1) : undefined;
  return { items, next: last && cursorAt(last) };
}

/** Time of the request in ms since 1970, then the name: newer builds sort later. */
const cursorAt = (run: BuildRecord): string =>
  `${String(Date.parse(requestedAt(run))).padStart(13, '0')}~${run.name}`;

const CURSOR = /^\d{13}~[a-z0-9.-]+$/;
