import type { BrokenJob, Job, JobStatus } from '../domain/job.ts';
import { retryOnConflict } from '../domain/retry-on-conflict.ts';
import type { Ports, StatusChange } from '../ports.ts';

/**
 * Writes what `changeOf` makes of a job's status, also where others wrote the Job since it was read; `undefined`: there is
 * nothing to write. Returns whether that is done: also of a job that is gone, and not where others were first each time;
 * then the next minute does it.
 */
export async function writeStatus(
  { jobs }: Ports,
  job: Job | BrokenJob,
  changeOf: (status: JobStatus) => StatusChange | undefined,
): Promise<boolean> {
  const written = await retryOnConflict(
    (reads) => (reads === 0 ? job : jobs.find(job.space, job.name)),
    async (current) => {
      const change = current?.uid === job.uid ? changeOf(current.status) : undefined;
      return current === undefined || change === undefined ? 'done' : jobs.writeStatus(current, change);
    },
  );
  return written !== 'overtaken';
}
