import { appNameOf, type BrokenJob, type Job } from '../domain/job.ts';
import type { Task } from '../domain/task.ts';
import type { Page, Ports } from '../ports.ts';
import { outcomesOf } from './outcomes.ts';

export type ListJobs = {
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
export type ListedJob = {
  readonly job: Job | BrokenJob;
  readonly outcomes?: readonly Task[] | undefined;
};

/**
 * The jobs of a space by name; one that someone wrote wrong past this API is listed with its problems. A filter may
 * leave fewer than `limit` in a part that is not the last.
 */
export async function jobs(
  ports: Ports,
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
