import { conflict } from '../platform/errors.ts';
import type { Ports } from '../platform/ports.ts';
import type { InvalidJob, Job } from './job.ts';

/** One job. Throws `notFound`. */
export const job = (
  { jobs }: Ports,
  { space, job: name }: { space: string; job: string },
): Promise<Job | InvalidJob> => jobs.get(space, name);

/** A job that can run. Throws `notFound`, and `conflict` with what is wrong for one that can't. */
export async function readJob({ jobs }: Ports, space: string, name: string): Promise<Job> {
  const found = await jobs.get(space, name);
  if ('spec' in found) return found;
  const problems = found.problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw conflict(`Job "${name}" can't run as it stands in the cluster: ${problems}`, found.problems);
}
