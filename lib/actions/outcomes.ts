import { groupBy } from '../domain/group-by.ts';
import { LABEL } from '../domain/labels.ts';
import { PAGE_SIZE, paginate, toArray } from '../domain/paginate.ts';
import { isActive } from '../domain/parking.ts';
import type { Task } from '../domain/task.ts';
import type { Ports, RunRow } from '../ports.ts';
import { newestFirst } from './newest-first.ts';
import { tasksOf } from './tasks-of.ts';

export type OutcomesOf = { readonly space: string; readonly jobs: readonly string[]; readonly most: number };

/**
 * The newest tasks of each of these jobs, at most so many a job, the newest first. One request for each 500 runs that
 * the jobs have, however many jobs there are; TaskRuns are read of those alone whose row leaves the state open. So
 * neither reason nor exit code is told.
 */
export async function outcomesOf(
  ports: Ports,
  { space, jobs, most }: OutcomesOf,
): Promise<ReadonlyMap<string, readonly Task[]>> {
  if (jobs.length === 0) return new Map();
  const rows = await toArray(
    paginate((after) => ports.runs.list(space, { jobs }, { limit: PAGE_SIZE, after })),
  );
  const ofJobs = groupBy(rows.sort(newestFirst), ({ labels }) => labels[LABEL.job] ?? '');
  const newest = [...ofJobs.values()].flatMap((ofJob) => ofJob.slice(0, most));
  const tasks = (await tasksOf(ports, space, newest, isOpen)).map(({ task }) => task);
  return groupBy(tasks, ({ job }) => job ?? '');
}

/** Active ones are pending or running, a cancelled one may stand over a TaskRun that succeeded. */
const isOpen = (row: RunRow): boolean => isActive(row) || row.condition?.reason === 'Cancelled';
