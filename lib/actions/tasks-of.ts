import { type Task, toTask } from '../domain/task.ts';
import type { Ports, RunRow } from '../ports.ts';

export type RowTask = { readonly row: RunRow; readonly task: Task };

/**
 * Rows with their tasks, in their order. One request reads the TaskRuns of those whose row leaves something open; default:
 * of all.
 */
export async function tasksOf(
  { runs }: Ports,
  space: string,
  rows: readonly RunRow[],
  isOpen: (row: RunRow) => boolean = () => true,
): Promise<readonly RowTask[]> {
  const names = rows.filter(isOpen).map(({ name }) => name);
  const taskRuns = new Map((await runs.taskRuns(space, names)).map((taskRun) => [taskRun.run, taskRun]));
  return rows.map((row) => ({ row, task: toTask(row, taskRuns.get(row.name)) }));
}
