import { notFound } from '../domain/errors.ts';
import type { SchedulingPorts } from '../ports.ts';
import { syncRules } from './sync-rules.ts';

/**
 * Takes a job's schedule away; it then runs when asked to. Tasks that run go on. Throws `notFound` for a job that is
 * not there, and for one that has no schedule. Cut after the spec is written, the reconcile removes the rules.
 */
export async function deleteJobSchedule(
  ports: SchedulingPorts,
  { space, job: name }: { space: string; job: string },
): Promise<void> {
  const job = await ports.jobs.get(space, name);
  if ('spec' in job && job.spec.schedule === undefined) {
    throw notFound(`Job "${name}" has no schedule.`);
  }
  const changed = await ports.jobs.change(job, { schedule: null });
  await syncRules(ports, changed, { since: ports.now() });
}
