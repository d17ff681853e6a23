import { isActive } from '../domain/parking.ts';
import { type Task, toTask } from '../domain/task.ts';
import type { Ports, RunRow } from '../ports.ts';
import { newestFirst } from './newest-first.ts';

/** As many rows as Kubernetes lists at once. */
const ROWS = 500;

export type OutcomesOf = { readonly space: string; readonly jobs: readonly string[]; readonly most: number };

/**
 * The newest tasks of each of these jobs, at most so many a job, the newest first. One request for each 500 runs that
 * the jobs have, however many jobs there are; TaskRuns are read of those alone whose row leaves the state open. So
 * neither reason nor exit code is told.
 */
export async function outcomesOf(
  { runs }: Ports,
  { space, jobs, most }: OutcomesOf,
): Promise<ReadonlyMap<string, readonly Task[]>> {
  if (jobs.length === 0) return new Map();
  const rows: RunRow[] = [];
  let after: string | undefined;
  do {
    const page = await runs.list(space, { jobs }, { limit: ROWS, after });
    rows.push(...page.items);
    after = page.next;
  } while (after !== undefined);

  const newest = new Map<string, RunRow[]>();
  for (const row of rows.sort(newestFirst)) {
    const job = toTask(row).job ?? '';
    const kept = newest.get(job) ?? [];
    if (kept.length < most) newest.set(job, [...kept, row]);
  }
  const open = [...newest.values()].flat().filter(isOpen);
  const taskRuns = new Map(
    (
      await runs.taskRuns(
        space,
        open.map(({ name }) => name),
      )
    ).map((taskRun) => [taskRun.run, taskRun]),
  );
  return new Map(
    [...newest].map(([job, kept]) => [job, kept.map((row) => toTask(row, taskRuns.get(row.name)))]),
  );
}

/** Active ones are pending or running, a cancelled one may stand over a TaskRun that succeeded. */
const isOpen = (row: RunRow): boolean => isActive(row) || row.condition?.reason === 'Cancelled';
