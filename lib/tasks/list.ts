import { cursorGone } from '../platform/errors.ts';
import type { Page } from '../platform/paginate.ts';
import type { Ports } from '../platform/ports.ts';
import { isActive, requestedAt } from './queueing.ts';
import type { RunFilter, RunPage, RunRow } from './runs.ts';
import { type Task, type TaskState, toTask } from './task.ts';

/** As many rows as Kubernetes lists at once; an app keeps 500 tasks, so one such part has all of them. */
const PAGE_SIZE = 500;

export type ListTasks = RunFilter & {
  readonly space: string;
  readonly state?: TaskState | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/**
 * The tasks of a space, the newest first among each 500 that the cluster lists together: all tasks of an app that keeps
 * 500. Two requests however many tasks there are: thin rows of 500 runs, then the TaskRuns of those that are answered.
 */
export async function tasks(
  ports: Ports,
  { space, state, limit, cursor, ...filter }: ListTasks,
): Promise<Page<Task>> {
  const pageToken = cursor === undefined ? {} : parsePlace(cursor);
  const unreported = state !== undefined && ACTIVE.includes(state) ? true : undefined;
  const rows = await ports.runs.list(
    space,
    { ...filter, unreported },
    { limit: PAGE_SIZE, after: pageToken.part },
  );
  const sorted = rows.items.filter((row) => maybe(row, state)).sort(byNewest);
  const rest =
    pageToken.below === undefined ? sorted : sorted.filter((row) => sortKeyOf(row) < (pageToken.below ?? ''));

  const shown = rest.slice(0, limit);
  const items = (await withTaskRuns(ports, space, shown)).map(({ task }) => task);
  return {
    items: items.filter((task) => state === undefined || task.state === state),
    next: nextPlace(partOf(pageToken, rows), shown.at(-1), rest.length > shown.length, rows.next),
  };
}

/** Tasks in these states are untold: of all that an app keeps, a list of those has next to none. */
const ACTIVE: readonly TaskState[] = ['pending', 'running'];

/** Rows that can't be in `state` by their run alone need no TaskRun. */
function maybe(row: RunRow, state?: TaskState): boolean {
  if (state === undefined) return true;
  if (isActive(row)) return ACTIVE.includes(state);
  // A cancelled run may stand over a TaskRun that succeeded.
  if (state === 'succeeded') return row.condition?.status === 'True' || row.condition?.reason === 'Cancelled';
  return !ACTIVE.includes(state) && row.condition?.status === 'False';
}

/** `part`: 500 rows, absent for the only ones that there are; `below`: the row of them that was answered last. */
type PageToken = { readonly part?: string | undefined; readonly below?: string | undefined };

const formatPlace = (pageToken: PageToken): string =>
  Buffer.from(JSON.stringify(pageToken)).toString('base64url');

/**
 * Rows that others follow are listed again just as they were: a task that is started or pruned meanwhile would move one
 * into the next 500, or out of them. Rows that are all that there are can be listed anew, and so never expire.
 */
const partOf = ({ part }: PageToken, { here, next }: RunPage): string | undefined =>
  part ?? (next === undefined ? undefined : here);

function nextPlace(
  part: string | undefined,
  last: RunRow | undefined,
  more: boolean,
  nextPart: string | undefined,
): string | undefined {
  if (more && last !== undefined) return formatPlace({ part, below: sortKeyOf(last) });
  return nextPart === undefined ? undefined : formatPlace({ part: nextPart });
}

function parsePlace(cursor: string): PageToken {
  try {
    const { part, below } = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    const isPlace = isTextOrAbsent(part) && isTextOrAbsent(below) && (part ?? below) !== undefined;
    if (isPlace) return { part, below };
  } catch {
    // Not JSON: the same answer as for JSON that is no place.
  }
  throw cursorGone();
}

const isTextOrAbsent = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string';

export type RowTask = { readonly row: RunRow; readonly task: Task };

/**
 * Rows with their tasks, in their order. One request reads the TaskRuns of those whose row leaves something open; default:
 * of all.
 */
export async function withTaskRuns(
  { runs }: Pick<Ports, 'runs'>,
  space: string,
  rows: readonly RunRow[],
  isOpen: (row: RunRow) => boolean = () => true,
): Promise<readonly RowTask[]> {
  const names = rows.filter(isOpen).map(({ name }) => name);
  const taskRuns = new Map((await runs.taskRuns(space, names)).map((taskRun) => [taskRun.run, taskRun]));
  return rows.map((row) => ({ row, task: toTask(row, taskRuns.get(row.name)) }));
}

/** When the task was asked for, to the millisecond; its name parts those of one millisecond. */
const sortKeyOf = (row: RunRow): string => `${requestedAt(row)} ${row.name}`;

/** Sorts the newest run to the front. */
export const byNewest = (a: RunRow, b: RunRow): number => (sortKeyOf(a) < sortKeyOf(b) ? 1 : -1);
