import type { BrokenJob, ConcurrencyPolicy, Job, JobSchedule } from '../domain/job.ts';
import type { SchedulingPorts } from '../ports.ts';
import { syncRules } from './sync-rules.ts';

export type ScheduleJob = {
  readonly space: string;
  readonly job: string;
  readonly schedule: JobSchedule;
  /** Absent: as it was. */
  readonly concurrencyPolicy?: ConcurrencyPolicy | undefined;
  /** Absent: as it was. */
  readonly startingDeadlineSeconds?: number | undefined;
};

/**
 * Gives a job its schedule, in place of the one that it has. The same one again changes nothing; another one counts
 * from this moment on. Throws `notFound`. Cut after the spec is written, the reconcile brings it into force.
 */
export async function scheduleJob(
  ports: SchedulingPorts,
  { space, job: name, schedule, ...rest }: ScheduleJob,
): Promise<{ readonly job: Job | BrokenJob; readonly replaced?: JobSchedule }> {
  const since = ports.now();
  const old = await ports.jobs.get(space, name);
  const changed = await ports.jobs.change(old, { schedule, ...rest });
  const job = await syncRules(ports, changed, { since });
  const replaced = 'spec' in old ? old.spec.schedule : undefined;
  return { job, ...(replaced === undefined ? {} : { replaced }) };
}
