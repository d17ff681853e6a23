import { type BrokenJob, type Job, toSchedule } from '../domain/job.ts';
import { type Finding, withCondition } from '../domain/job-conditions.ts';
import { passedOver, withMissed } from '../domain/missed.ts';
import { nextOccurrence } from '../domain/occurrences.ts';
import { contended, retryOnConflict } from '../domain/retry-on-conflict.ts';
import type { Missed } from '../domain/told-events.ts';
import type { Ports } from '../ports.ts';

/**
 * Writes that an occurrence was started, or is missed for good: it is never due again. Its claim ends with it.
 * `gone`: the Job was deleted meanwhile, and its tasks go with it. Cut off before it, the occurrence is still due, and
 * its task is found under its name.
 * Throws `conflict` where others write the Job all the time: the occurrence is then still due too.
 */
export async function settle(
  ports: Ports,
  job: Job,
  occurrence: Date,
  finding: Finding,
  missed?: Missed,
): Promise<Job | BrokenJob | 'gone'> {
  const settled = await retryOnConflict(
    (reads) => (reads === 0 ? job : ports.jobs.find(job.space, job.name)),
    async (current) => {
      if (current?.uid !== job.uid) return 'gone';
      const { claim, lastScheduleTime, conditions } = current.status;
      const isClaimed = claim?.occurrence.getTime() === occurrence.getTime();
      const isOlder = lastScheduleTime !== undefined && lastScheduleTime >= occurrence;
      if (isOlder && !isClaimed) return current;
      const now = ports.now();
      return ports.jobs.writeStatus(current, {
        lastScheduleTime: isOlder ? lastScheduleTime : occurrence,
        ...(isClaimed ? { claim: null } : {}),
        missed: withMissed(current.status.missed, joined(missed, passedOver(current.status, occurrence))),
        nextScheduleTime: nextTime(current, now > occurrence ? now : occurrence),
        conditions: withCondition(conditions, finding, now),
      });
    },
  );
  if (settled === 'overtaken') throw contended(`Job "${job.name}"`);
  return settled;
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
