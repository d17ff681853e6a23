import { type BrokenJob, type Job, toSchedule } from '../domain/job.ts';
import { type Finding, withCondition } from '../domain/job-conditions.ts';
import { nextOccurrence } from '../domain/occurrences.ts';
import type { Ports } from '../ports.ts';
import { findJob } from './job.ts';

/**
 * Writes that an occurrence was started, or is missed for good: it is never due again. Its claim ends with it.
 * `gone`: the Job was deleted meanwhile, and its tasks go with it. Cut off before it, the occurrence is still due, and
 * its task is found under its name.
 */
export async function settle(
  ports: Ports,
  job: Job,
  occurrence: Date,
  finding: Finding,
): Promise<Job | BrokenJob | 'gone'> {
  let current: Job | BrokenJob = job;
  for (;;) {
    const { claim, lastScheduleTime, conditions } = current.status;
    const isClaimed = claim?.occurrence.getTime() === occurrence.getTime();
    const isOlder = lastScheduleTime !== undefined && lastScheduleTime >= occurrence;
    if (isOlder && !isClaimed) return current;
    const now = ports.now();
    const written = await ports.jobs.writeStatus(current, {
      lastScheduleTime: isOlder ? lastScheduleTime : occurrence,
      ...(isClaimed ? { claim: null } : {}),
      nextScheduleTime: nextTime(current, now > occurrence ? now : occurrence),
      conditions: withCondition(conditions, finding, now),
    });
    if (written === 'gone') return 'gone';
    if (written !== 'overtaken') return written;
    const found = await findJob(ports, job.space, job.name);
    if (found?.uid !== job.uid) return 'gone';
    current = found;
  }
}

function nextTime({ status: { schedule } }: Job | BrokenJob, after: Date): Date | null {
  return (schedule && nextOccurrence(toSchedule(schedule), after)) ?? null;
}

/**
 * Writes a finding unless it is there; whether it was not. Where somebody else wrote the Job first, the next call looks
 * again.
 */
export async function note(ports: Ports, job: Job | BrokenJob, finding: Finding): Promise<boolean> {
  const conditions = withCondition(job.status.conditions, finding, ports.now());
  if (conditions === job.status.conditions) return false;
  await ports.jobs.writeStatus(job, { conditions });
  return true;
}
