import { groupBy } from '../platform/collections.ts';
import { LABEL } from '../platform/labels.ts';
import { PAGE_SIZE, type Page, paginate, toArray } from '../platform/paginate.ts';
import { byNewest, listTasks, withTaskRuns } from '../tasks/list.ts';
import type { RunRow, Runs } from '../tasks/runs.ts';
import { isActive, type Task, type TaskState } from '../tasks/task.ts';
import { appNameOf, type InvalidJob, type Job } from './job.ts';
import type { Jobs } from './jobs.ts';

type ListJobs = {
  readonly space: string;
  /** Only jobs that have a schedule, suspended ones too. */
  readonly scheduled?: boolean | undefined;
  /** Only jobs that have a trigger, suspended ones too. */
  readonly triggered?: boolean | undefined;
  readonly app?: string | undefined;
  /** So many of each job's newest tasks are told. */
  readonly outcomes?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** A job in a list, with its newest tasks where they were asked for. */
type ListedJob = {
  readonly job: Job | InvalidJob;
  readonly outcomes?: readonly Task[] | undefined;
};

/**
 * The jobs of a space by name; one that someone wrote wrong past this API is listed with its problems. A filter may
 * leave fewer than `limit` in a part that is not the last.
 */
export async function listJobs(
  ports: { readonly jobs: Jobs; readonly runs: Runs },
  { space, scheduled = false, triggered = false, app, outcomes: most, limit, cursor }: ListJobs,
): Promise<Page<ListedJob>> {
  const page = await ports.jobs.list(space, { limit, after: cursor });
  const items = page.items.filter(
    (job) =>
      (app === undefined || appNameOf(job) === app) &&
      (!scheduled || !('spec' in job) || job.spec.schedule !== undefined) &&
      (!triggered || !('spec' in job) || job.spec.trigger !== undefined),
  );
  const names = items.map(({ name }) => name);
  const outcomes = most === undefined ? undefined : await outcomesOf(ports, { space, jobs: names, most });
  return {
    items: items.map((job) => ({ job, outcomes: outcomes && (outcomes.get(job.name) ?? []) })),
    next: page.next,
  };
}

/** One job, invalid ones too. Throws `notFound`. */
export const getJob = (
  { jobs }: { readonly jobs: Jobs },
  { space, job }: { readonly space: string; readonly job: string },
): Promise<Job | InvalidJob> => jobs.get(space, job);

type JobHistory = {
  readonly space: string;
  readonly job: string;
  readonly state?: TaskState | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** The tasks of a job, scheduled and asked for, as {@link listTasks} lists them. Throws `notFound` for no such job. */
export async function jobHistory(
  ports: { readonly jobs: Jobs; readonly runs: Runs },
  input: JobHistory,
): Promise<Page<Task>> {
  await ports.jobs.get(input.space, input.job);
  return listTasks(ports, input);
}

type OutcomesOf = { readonly space: string; readonly jobs: readonly string[]; readonly most: number };

/**
 * The newest tasks of each of these jobs, at most so many a job, the newest first. One request for each 500 runs that
 * the jobs have, however many jobs there are; TaskRuns are read of those alone whose row leaves the state open. So
 * neither reason nor exit code is told.
 */
export async function outcomesOf(
  ports: { readonly runs: Runs },
  { space, jobs, most }: OutcomesOf,
): Promise<ReadonlyMap<string, readonly Task[]>> {
  if (jobs.length === 0) return new Map();
  const rows = await toArray(
    paginate((after) => ports.runs.list(space, { jobs }, { limit: PAGE_SIZE, after })),
  );
  const ofJobs = groupBy(rows.sort(byNewest), ({ labels }) => labels[LABEL.job] ?? '');
  const newest = [...ofJobs.values()].flatMap((ofJob) => ofJob.slice(0, most));
  const tasks = (await withTaskRuns(ports, space, newest, isOpen)).map(({ task }) => task);
  return groupBy(tasks, ({ job }) => job ?? '');
}

/** Active ones are pending or running, a cancelled one may stand over a TaskRun that succeeded. */
const isOpen = (row: RunRow): boolean => isActive(row) || row.condition?.reason === 'Cancelled';
