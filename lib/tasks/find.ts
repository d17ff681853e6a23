import { notFound, notFoundIn } from '../platform/errors.ts';
import { LABEL } from '../platform/labels.ts';
import { taskName } from '../platform/names.ts';
import type { Runs } from './runs.ts';
import { type RunRecord, type Task, type TaskRunRecord, toTask } from './task.ts';

/** Reference to a task: its name, or app and id as `cf` and Kf have it. */
export type TaskRef = { readonly space: string } & (
  | { readonly task: string }
  | { readonly app: string; readonly id: string }
);

/**
 * Resolves a reference to the name of a run. The id is the end of the name of an app's own task, and the whole name of a
 * job's; an app's own task is found by its whole name too. Throws `notFound`.
 */
export async function findRunName({ runs }: { readonly runs: Runs }, ref: TaskRef): Promise<string> {
  if ('task' in ref) return ref.task;
  const { space, app, id } = ref;
  for (const name of new Set([id, taskName(app, id)])) {
    const run = await runs.find(space, name);
    if (run?.labels[LABEL.app] === app) return name;
  }
  throw notFound(`No task found for app "${app}" and task id "${id}".`);
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
  const [taskRun] = run.taskRun === undefined ? [] : await runs.taskRuns(space, [run]);
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
