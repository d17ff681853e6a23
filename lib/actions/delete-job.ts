import type { BrokenJob, Job } from '../domain/job.ts';
import type { SchedulingPorts } from '../ports.ts';
import { removeRules } from './schedule-rules.ts';

const mayHaveRules = (job: Job | BrokenJob): boolean =>
  !('spec' in job) ||
  [job.spec.schedule, job.spec.trigger, job.status.schedule, job.status.trigger].some(
    (part) => part !== undefined,
  );

/**
 * Deletes a job. Its rules go first, so that nothing wakes it any more; its tasks, running ones too, follow in the
 * background. Throws `notFound`. Cut in between, the job is still there and a repeat goes on. Where EventBridge is out
 * of reach the job goes all the same, and the reconcile removes the rules.
 */
export async function deleteJob(
  ports: SchedulingPorts,
  { space, job: name }: { space: string; job: string },
): Promise<void> {
  const job = await ports.jobs.get(space, name);
  if (mayHaveRules(job)) await removeRules(ports, job);
  await ports.jobs.delete(job);
}
