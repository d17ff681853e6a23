import { type BrokenJob, type Job, toSchedule } from '../domain/job.ts';
import { type Finding, withCondition } from '../domain/job-conditions.ts';
import { passedOver, withMissed } from '../domain/missed.ts';
import { nextOccurrence } from '../domain/occurrences.ts';
import type { Missed } from '../domain/told-events.ts';
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
  missed?: Missed,
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
      missed: withMissed(current.status.missed, joined(missed, passedOver(current.status, occurrence))),
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

/** An occurrence that was missed, with those that were passed over before it. */
const joined = (missed: Missed | undefined, over: Missed | undefined): Missed | undefined =>
  missed === undefined ? over : { ...missed, oldest: over?.oldest ?? missed.oldest };

/**
 * Writes a finding unless it is there; whether it was not. `missed`: what was missed, as the finding says. Where somebody
 * else wrote the Job first, the next call looks again.
 */
export async function note(
  ports: Ports,
  job: Job | BrokenJob,
  finding: Finding,
  missed?: Missed,
): Promise<boolean> {
  const conditions = withCondition(job.status.conditions, finding, ports.now());
  if (conditions === job.status.conditions) return false;
  await ports.jobs.writeStatus(job, { conditions, missed: withMissed(job.status.missed, missed) });
  return true;
}
