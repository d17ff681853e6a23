import type { BrokenJob, Job } from '../domain/job.ts';
import { PAGE_SIZE, paginate } from '../domain/paginate.ts';
import type { Ports, SchedulingPorts } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { syncRules } from './sync-rules.ts';

/**
 * Stops a job's schedule, or lets it go on. What was due meanwhile does not run later: a schedule that goes on counts
 * from this moment. Doing it twice changes nothing. Throws `notFound`.
 */
export async function suspendJob(
  ports: SchedulingPorts,
  { space, job: name, suspend }: { space: string; job: string; suspend: boolean },
): Promise<Job | BrokenJob> {
  const since = ports.now();
  const job = await ports.jobs.get(space, name);
  return syncRules(ports, await ports.jobs.change(job, { suspend }), { since });
}

/**
 * Suspends or resumes all jobs of a space that are not so yet, and gives their names. It holds from each job's write
 * on; the reconcile brings their rules along within a minute or two. Cut off, a repeat does the rest.
 */
export async function suspendSpace(
  ports: Ports,
  { space, suspend }: { space: string; suspend: boolean },
): Promise<{ readonly jobs: readonly string[] }> {
  const names: string[] = [];
  for await (const page of paginate((after) => ports.jobs.list(space, { limit: PAGE_SIZE, after }))) {
    const others = page.filter((job) => 'spec' in job && job.spec.suspend !== suspend);
    await inParallel(others, (job) => ports.jobs.change(job, { suspend }));
    names.push(...others.map(({ name }) => name));
  }
  return { jobs: names };
}
