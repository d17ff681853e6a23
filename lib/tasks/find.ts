import { conflict, notFound, notFoundIn } from '../platform/errors.ts';
import type { Ports } from '../platform/ports.ts';
import { type RunRecord, type Task, type TaskRunRecord, toTask } from './task.ts';

/** A task by its name, or by its app and id as `cf` and Kf name it. */
export type TaskRef = { readonly space: string } & (
  | { readonly task: string }
  | { readonly app: string; readonly id: string }
);

/** Name of the run that `ref` means. Two jobs of one app can give one id: then the name must be given. */
export async function findRunName({ runs }: Ports, ref: TaskRef): Promise<string> {
  if ('task' in ref) return ref.task;
  const { items } = await runs.list(ref.space, { app: ref.app, id: ref.id }, { limit: 10 });
  const [run, ...more] = items;
  if (run === undefined) throw notFound(`No task found for app "${ref.app}" and task id "${ref.id}".`);
  if (more.length === 0) return run.name;
  const names = items.map(({ name }) => name).join(', ');
  throw conflict(`App "${ref.app}" has ${items.length} tasks with the id "${ref.id}": name one of ${names}.`);
}

/** A run with its TaskRun, and the task that both stand for. */
export type FoundTask = {
  readonly run: RunRecord;
  readonly taskRun?: TaskRunRecord | undefined;
  readonly task: Task;
};

/** Reads a task as {@link findTask} does. Throws `notFound` for a run that is not there or not ours. */
export async function readTask(ports: Ports, space: string, name: string): Promise<FoundTask> {
  const found = await findTask(ports, space, name);
  if (found === undefined) throw notFoundIn(space, `Task "${name}"`);
  return found;
}

/** A run, and its TaskRun if it has one; `undefined` for a run that is not there or not ours. */
export async function findTask({ runs }: Ports, space: string, name: string): Promise<FoundTask | undefined> {
  const run = await runs.find(space, name);
  if (run === undefined) return undefined;
  const [taskRun] = run.taskRun === undefined ? [] : await runs.taskRuns(space, [name]);
  return { run, taskRun, task: toTask(run, taskRun) };
}

/** One task with its state, reason and exit code. Throws `notFound`. */
export const task = async (
  ports: Ports,
  { space, task: name }: { space: string; task: string },
): Promise<Task> => (await readTask(ports, space, name)).task;
