import { appNameOf, type BrokenJob, type Job } from '../domain/job.ts';
import type { Page, Ports } from '../ports.ts';

export type ListJobs = {
  readonly space: string;
  /** Only jobs that have a schedule, suspended ones too. */
  readonly scheduled?: boolean | undefined;
  /** Only jobs that have a trigger, suspended ones too. */
  readonly triggered?: boolean | undefined;
  readonly app?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
};

/**
 * The jobs of a space by name; one that someone wrote wrong past this API is listed with its problems. A filter may
 * leave fewer than `limit` in a part that is not the last.
 */
export async function jobs(
  { jobs }: Ports,
  { space, scheduled = false, triggered = false, app, limit, cursor }: ListJobs,
): Promise<Page<Job | BrokenJob>> {
  const page = await jobs.list(space, { limit, after: cursor });
  const items = page.items.filter(
    (job) =>
      (app === undefined || appNameOf(job) === app) &&
      (!scheduled || !('spec' in job) || job.spec.schedule !== undefined) &&
      (!triggered || !('spec' in job) || job.spec.trigger !== undefined),
  );
  return { items, next: page.next };
}
