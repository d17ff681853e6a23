import { cursorGone } from '../domain/errors.ts';
import { ANNOTATION } from '../domain/labels.ts';
import { type Task, type TaskState, toTask } from '../domain/task.ts';
import type { Page, Ports, RunFilter, RunRow } from '../ports.ts';

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
  { runs }: Ports,
  { space, state, limit, cursor, ...filter }: ListTasks,
): Promise<Page<Task>> {
  const place = cursor === undefined ? {} : parsePlace(cursor);
  const rows = await runs.list(space, filter, { limit: ROWS, after: place.part });
  const sorted = rows.items.filter((row) => maybe(row, state)).sort(newestFirst);
  const rest = place.below === undefined ? sorted : sorted.filter((row) => keyOf(row) < (place.below ?? ''));

  const shown = rest.slice(0, limit);
  const taskRuns = new Map(
    (
      await runs.taskRuns(
        space,
        shown.map(({ name }) => name),
      )
    ).map((taskRun) => [taskRun.run, taskRun]),
  );
  const items = shown.map((row) => toTask(row, taskRuns.get(row.name)));
  return {
    items: items.filter((task) => state === undefined || task.state === state),
    next: nextPlace(place.part, shown.at(-1), rest.length > shown.length, rows.next),
  };
}

/** Rows that can't be in `state` by their run alone need no TaskRun. */
const maybe = ({ condition }: RunRow, state?: TaskState): boolean => {
  if (state === undefined) return true;
  const finished = condition?.status === 'True' || condition?.status === 'False';
  return finished !== (state === 'pending' || state === 'running');
};

/** When the task was asked for, to the millisecond; its name parts those of one millisecond. */
const keyOf = ({ createdAt, annotations, name }: RunRow): string =>
  `${annotations[ANNOTATION.requestedAt] ?? createdAt} ${name}`;
const newestFirst = (a: RunRow, b: RunRow): number => (keyOf(a) < keyOf(b) ? 1 : -1);

/** `part`: Kubernetes' own token for 500 rows; `below`: the row of them that was answered last. */
type Place = { readonly part?: string | undefined; readonly below?: string | undefined };

const formatPlace = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url');

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
