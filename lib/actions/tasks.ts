import { cursorGone } from '../domain/errors.ts';
import { isActive } from '../domain/parking.ts';
import type { Task, TaskState } from '../domain/task.ts';
import type { Page, Ports, RunFilter, RunPage, RunRow } from '../ports.ts';
import { keyOf, newestFirst } from './newest-first.ts';
import { tasksOf } from './tasks-of.ts';

/** As many rows as Kubernetes lists at once; an app keeps 500 tasks, so one such part has all of them. */
const ROWS = 500;

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
  const place = cursor === undefined ? {} : parsePlace(cursor);
  const untold = state !== undefined && ACTIVE.includes(state) ? true : undefined;
  const rows = await ports.runs.list(space, { ...filter, untold }, { limit: ROWS, after: place.part });
  const sorted = rows.items.filter((row) => maybe(row, state)).sort(newestFirst);
  const rest = place.below === undefined ? sorted : sorted.filter((row) => keyOf(row) < (place.below ?? ''));

  const shown = rest.slice(0, limit);
  const items = (await tasksOf(ports, space, shown)).map(({ task }) => task);
  return {
    items: items.filter((task) => state === undefined || task.state === state),
    next: nextPlace(partOf(place, rows), shown.at(-1), rest.length > shown.length, rows.next),
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
type Place = { readonly part?: string | undefined; readonly below?: string | undefined };

const formatPlace = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * Rows that others follow are listed again just as they were: a task that is started or pruned meanwhile would move one
 * into the next 500, or out of them. Rows that are all that there are can be listed anew, and so never expire.
 */
const partOf = ({ part }: Place, { here, next }: RunPage): string | undefined =>
  part ?? (next === undefined ? undefined : here);

function nextPlace(
  part: string | undefined,
  last: RunRow | undefined,
  more: boolean,
  nextPart: string | undefined,
): string | undefined {
  if (more && last !== undefined) return formatPlace({ part, below: keyOf(last) });
  return nextPart === undefined ? undefined : formatPlace({ part: nextPart });
}

function parsePlace(cursor: string): Place {
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
