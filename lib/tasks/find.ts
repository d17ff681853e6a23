import { conflict, notFound, notFoundIn } from '../platform/errors.ts';
import type { Runs } from './runs.ts';
import { type RunRecord, type Task, type TaskRunRecord, toTask } from './task.ts';

/** Reference to a task: its name, or app and id as `cf` and Kf have it. */
export type TaskRef = { readonly space: string } & (
  | { readonly task: string }
  | { readonly app: string; readonly id: string }
);

/**
 * Resolves a reference to the name of a run. Throws `notFound`, and `conflict` when two jobs of one app have tasks with that
 * id: then the name must be given.
 */
export async function findRunName({ runs }: { readonly runs: Runs }, ref: TaskRef): Promise<string> {
  if ('task' in ref) return ref.task;
  const { items } = await runs.list(ref.space, { app: ref.app, id: ref.id }, { limit: 10 });
  const [run, ...more] = items;
  if (run === undefined) throw notFound(`No task found for app "${ref.app}" and task id "${ref.id}".`);
  if (more.length === 0) return run.name;
  const names = items.map(({ name }) => name).join(', ');
  throw conflict(`App "${ref.app}" has ${items.length} tasks with the id "${ref.id}": name one of ${names}.`);
}

/** Run with its TaskRun, and the task derived from both. */
export type FoundTask = {
  readonly run: RunRecord;
  readonly taskRun?: TaskRunRecord | undefined;
  readonly task: Task;
};

/** Finds a task with its run; `undefined` for a run that does not exist or is not ours. */
export async function findTask(
  { runs }: { readonly runs: Runs },
  space: string,
  name: string,
): Promise<FoundTask | undefined> {
  const run = await runs.find(space, name);
  if (run === undefined) return undefined;
  const [taskRun] = run.taskRun === undefined ? [] : await runs.taskRuns(space, [name]);
  return { run, taskRun, task: toTask(run, taskRun) };
}

/** Gets a task with its state, reason and exit code. Throws `notFound` for a run that does not exist or is not ours. */
export async function getTask(
  ports: { readonly runs: Runs },
  { space, task: name }: { readonly space: string; readonly task: string },
): Promise<Task> {
  const found = await findTask(ports, space, name);
  if (found === undefined) throw notFoundIn(space, `Task "${name}"`);
  return found.task;
}
