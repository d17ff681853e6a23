import { groupBy } from '../platform/collections.ts';
import { ANNOTATION } from '../platform/labels.ts';
import { PAGE_SIZE, type Page, paginate } from '../platform/paginate.ts';
import { byNewest, listTasks, withTaskRuns } from '../tasks/list.ts';
import type { RunRow, Runs } from '../tasks/runs.ts';
import { isActive, isBackfill, type Task, type TaskState } from '../tasks/task.ts';
import { type InvalidJob, type Job, writtenSpecOf } from './job.ts';
import type { Jobs } from './jobs.ts';

type ListJobs = {
  readonly space: string;
  /** Only jobs that have a schedule, suspended ones too. */
  readonly scheduled?: boolean | undefined;
  /** Only jobs that have a trigger, suspended ones too. */
  readonly triggered?: boolean | undefined;
  /** Only jobs whose newest task that ended failed, or that have no success in time. */
  readonly failing?: boolean | undefined;
  readonly app?: string | undefined;
  /** Number of each job's newest tasks to return. Absent: none. */
  readonly outcomes?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/** Job in a list, with its newest tasks where `outcomes` was given. */
type ListedJob = {
  readonly job: Job | InvalidJob;
  readonly outcomes?: readonly Task[] | undefined;
};

/**
 * Lists the jobs of a space by name; invalid ones with their problems. With a filter a page may have fewer than `limit`
 * items though it is not the last.
 */
export async function listJobs(
  ports: { readonly jobs: Jobs; readonly runs: Runs },
  {
    space,
    scheduled = false,
    triggered = false,
    failing = false,
    app,
    outcomes: most,
    limit,
    cursor,
  }: ListJobs,
): Promise<Page<ListedJob>> {
  const page = await ports.jobs.list(space, { limit, after: cursor });
  const items = page.items.filter((job) => {
    const written = writtenSpecOf(job);
    return (
      (app === undefined || written.app === app) &&
      (!scheduled || written.schedule !== undefined) &&
      (!triggered || written.trigger !== undefined) &&
      (!failing || job.status.conditions.some(({ type, status }) => type === 'Healthy' && status === 'False'))
    );
  });
  const outcomes = most === undefined ? undefined : await outcomesOf(ports, { space, jobs: items, most });
  return {
    items: items.map((job) => ({ job, outcomes: outcomes && (outcomes.get(job.uid) ?? []) })),
    next: page.next,
  };
}

/** Returns a job, even an invalid one. Throws `notFound`. */
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

/** Lists the tasks of a job, of its schedule and of run-job, newest first. Throws `notFound` when the job does not exist. */
export async function jobHistory(
  ports: { readonly jobs: Jobs; readonly runs: Runs },
  input: JobHistory,
): Promise<Page<Task>> {
  const { uid } = await ports.jobs.get(input.space, input.job);
  return listTasks(ports, { ...input, owner: uid });
}

type OutcomesOf = {
  readonly space: string;
  readonly jobs: readonly Pick<Job, 'name' | 'uid'>[];
  readonly most: number;
};

/**
 * Lists the newest tasks of each job by its uid, newest first, at most `most` a job, without those of backfills, which say
 * nothing of its state now. One request for each 500 runs of all the jobs
 * together, of which the newest are kept in memory. TaskRuns are read only where the row leaves the state open, so reason and
 * exit code are absent, as is the command.
 */
export async function outcomesOf(
  ports: { readonly runs: Runs },
  { space, jobs, most }: OutcomesOf,
): Promise<ReadonlyMap<string, readonly Task[]>> {
  if (jobs.length === 0) return new Map();
  const pages = paginate((after) =>
    ports.runs.list(space, { jobs: jobs.map(({ name }) => name) }, { limit: PAGE_SIZE, after }),
  );
  const ofJobs = new Map<string, readonly RunRow[]>();
  for await (const rows of pages)
    for (const [uid, of] of groupBy(
      rows.filter((row) => !isBackfill(row)).map(withoutCommand),
      ({ ownerUid }) => ownerUid,
    ))
      ofJobs.set(uid, [...(ofJobs.get(uid) ?? []), ...of].sort(byNewest).slice(0, most));
  const newest = jobs.flatMap(({ uid }) => ofJobs.get(uid) ?? []);
  const tasks = await withTaskRuns(ports, space, newest, isOpen);
  return new Map(
    [...groupBy(tasks, ({ row }) => row.ownerUid)].map(([uid, of]) => [uid, of.map(({ task }) => task)]),
  );
}

/** The row of a run without its command, which may have 64 KB. */
export const withoutCommand = ({
  annotations: { [ANNOTATION.command]: _, ...annotations },
  ...row
}: RunRow): RunRow => ({
  ...row,
  annotations,
});

/** True when the row does not determine the state: an active run, or a cancelled one whose TaskRun may have succeeded. */
const isOpen = (row: RunRow): boolean => isActive(row) || row.condition?.reason === 'Cancelled';
