import { cursorGone } from '../platform/errors.ts';
import { PAGE_SIZE, type Page, paginate, toArray } from '../platform/paginate.ts';
import type { RunFilter, RunPage, RunRow, Runs } from './runs.ts';
import { isActive, requestedAt, type Task, type TaskState, toTask } from './task.ts';

export type ListTasks = RunFilter & {
  readonly space: string;
  /** uid of the App or Job that owns the tasks. Absent: any, since an app's tasks may be its jobs'. */
  readonly owner?: string | undefined;
  readonly state?: TaskState | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/**
 * Lists the tasks of a space, newest first within each chunk of 500 that the cluster returns, fewer where they are large: an
 * app keeps 500 by default.
 * Two requests, however many tasks there are: thin rows of 500 runs, then the TaskRuns of the page. Throws `gone` for an
 * invalid or expired cursor.
 */
export async function listTasks(
  ports: { readonly runs: Runs },
  { space, owner, state, limit, cursor, ...filter }: ListTasks,
): Promise<Page<Task>> {
  const pageToken = cursor === undefined ? {} : parsePageToken(cursor);
  const unreported = state !== undefined && ACTIVE.includes(state) ? true : undefined;
  const rows = await ports.runs.list(
    space,
    { ...filter, unreported },
    { limit: PAGE_SIZE, after: pageToken.chunk },
  );
  const sorted = rows.items
    .filter((row) => mayBeIn(row, state) && (owner === undefined || row.ownerUid === owner))
    .sort(byNewest);
  const rest =
    pageToken.below === undefined ? sorted : sorted.filter((row) => sortKeyOf(row) < (pageToken.below ?? ''));

  const shown = rest.slice(0, limit);
  const items = (await withTaskRuns(ports, space, shown)).map(({ task }) => task);
  return {
    items: items.filter((task) => state === undefined || task.state === state),
    next: nextPageToken(pageToken, rows, rest.length > shown.length ? shown.at(-1) : undefined),
  };
}

/** States of tasks whose end is not reported yet: a list of unreported runs is short. */
const ACTIVE: readonly TaskState[] = ['pending', 'running'];

/** False for a row whose run alone rules out `state`: it needs no TaskRun. */
function mayBeIn(row: RunRow, state?: TaskState): boolean {
  if (state === undefined) return true;
  if (isActive(row)) return ACTIVE.includes(state);
  // A cancelled run may stand over a TaskRun that succeeded.
  if (state === 'succeeded') return row.condition?.status === 'True' || row.condition?.reason === 'Cancelled';
  return !ACTIVE.includes(state) && row.condition?.status === 'False';
}

/**
 * Page token: `chunk` of 500 rows, absent where there was only one; `below`: sort key of the last row of it that was
 * returned; `start`: that of the last row that was returned while there was only one chunk.
 */
type PageToken = {
  readonly chunk?: string | undefined;
  readonly below?: string | undefined;
  readonly start?: string | undefined;
};

const formatPageToken = (pageToken: PageToken): string =>
  Buffer.from(JSON.stringify(pageToken)).toString('base64url');

/**
 * Token of the page after one. A chunk that others follow is listed exactly as it was: a task that is started or pruned
 * meanwhile would move a row into the next chunk, or out of this one. A single chunk is listed anew, and so never expires;
 * where it has become several meanwhile, a row of a later one may have been returned from it, so `start` holds for all.
 * `last`: the last row of the page, where more of its chunk follow.
 */
function nextPageToken(
  { chunk, below, start = chunk === undefined ? below : undefined }: PageToken,
  { here, next }: RunPage,
  last?: RunRow,
): string | undefined {
  if (last !== undefined)
    return formatPageToken({
      ...(chunk === undefined && next === undefined ? {} : { chunk: here, start }),
      below: sortKeyOf(last),
    });
  return next === undefined ? undefined : formatPageToken({ chunk: next, below: start, start });
}

function parsePageToken(cursor: string): PageToken {
  try {
    const { chunk, below, start } = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const isPageToken = [chunk, below, start].every(isTextOrAbsent) && (chunk ?? below) !== undefined;
    if (isPageToken) return { chunk, below, start };
  } catch {
    // Not JSON: the same answer as for JSON that is no page token.
  }
  throw cursorGone();
}

const isTextOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';

/** Lists the active runs that match a filter, and those that ended but are not reported yet. */
export const listUnreportedRuns = (
  { runs }: { readonly runs: Runs },
  space: string,
  filter: RunFilter,
): Promise<readonly RunRow[]> =>
  toArray(
    paginate((after) => runs.list(space, { ...filter, unreported: true }, { limit: PAGE_SIZE, after })),
  );

/** Row of a list with its task. */
export type RowTask = { readonly row: RunRow; readonly task: Task };

/** Adds the tasks to rows, in their order. One request for each 100 rows reads the TaskRuns where `isOpen` (default: all). */
export async function withTaskRuns(
  { runs }: { readonly runs: Runs },
  space: string,
  rows: readonly RunRow[],
  isOpen: (row: RunRow) => boolean = () => true,
): Promise<readonly RowTask[]> {
  const open = rows.filter(isOpen);
  const taskRuns = new Map((await runs.taskRuns(space, open)).map((taskRun) => [taskRun.run, taskRun]));
  return rows.map((row) => ({ row, task: toTask(row, taskRuns.get(row.name)) }));
}

/** Time of the request in milliseconds, then the name. */
const sortKeyOf = (row: RunRow): string => `${requestedAt(row)} ${row.name}`;

/** Comparator that sorts the newest run first. */
export const byNewest = (a: RunRow, b: RunRow): number => (sortKeyOf(a) < sortKeyOf(b) ? 1 : -1);
