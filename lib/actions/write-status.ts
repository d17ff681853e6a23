import type { BrokenJob, Job, JobStatus } from '../domain/job.ts';
import type { Ports, StatusChange } from '../ports.ts';
import { findJob } from './job.ts';

/** Writers of one Job that meet are tried again so often; then the next minute does it. */
const TRIES = 3;

/**
 * Writes what `changeOf` makes of a job's status, also where others wrote the Job since it was read; `undefined`: there is
 * nothing to write. Whether that is done: also of a job that is gone, and not where others were first each time.
 */
export async function writeStatus(
  ports: Ports,
  job: Job | BrokenJob,
  changeOf: (status: JobStatus) => StatusChange | undefined,
): Promise<boolean> {
  let current: Job | BrokenJob | undefined = job;
  for (let tried = 0; tried < TRIES && current?.uid === job.uid; tried += 1) {
    const change = changeOf(current.status);
    if (change === undefined || (await ports.jobs.writeStatus(current, change)) !== 'overtaken') return true;
    current = await findJob(ports, job.space, job.name);
  }
  return current?.uid !== job.uid;
}
