import { contended, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { nextOccurrence, toSchedule } from '../schedules/occurrences.ts';
import { type ConditionUpdate, withCondition } from './conditions.ts';
import type { InvalidJob, Job, JobStatus } from './job.ts';
import type { Jobs, StatusChange } from './jobs.ts';
import { type Missed, passedOver, withMissed } from './missed.ts';

/**
 * Writes that an occurrence was started, or is missed for good: it is never due again. Its claim ends with it.
 * `gone`: the Job was deleted meanwhile, and its tasks go with it. Cut off before it, the occurrence is still due, and
 * its task is found under its name.
 * Throws `conflict` where others write the Job all the time: the occurrence is then still due too.
 */
export async function recordStarted(
  ports: { readonly jobs: Jobs; readonly now: () => Date },
  job: Job,
  occurrence: Date,
  update: ConditionUpdate,
  missed?: Missed,
): Promise<Job | InvalidJob | 'gone'> {
  const settled = await retryOnConflict(
    (reads) => (reads === 0 ? job : ports.jobs.find(job.space, job.name)),
    async (current) => {
      if (current?.uid !== job.uid) return 'gone';
      const { lease, lastScheduleTime, conditions } = current.status;
      const isLeased = lease?.occurrence.getTime() === occurrence.getTime();
      const isOlder = lastScheduleTime !== undefined && lastScheduleTime >= occurrence;
      if (isOlder && !isLeased) return current;
      const now = ports.now();
      return ports.jobs.writeStatus(current, {
        lastScheduleTime: isOlder ? lastScheduleTime : occurrence,
        ...(isLeased ? { lease: null } : {}),
        missed: withMissed(current.status.missed, joined(missed, passedOver(current.status, occurrence))),
        nextScheduleTime: nextScheduleTimeOf(current, now > occurrence ? now : occurrence),
        conditions: withCondition(conditions, update, now),
      });
    },
  );
  if (settled === 'overtaken') throw contended(`Job "${job.name}"`);
  return settled;
}

function nextScheduleTimeOf({ status: { schedule } }: Job | InvalidJob, after: Date): Date | null {
  return (schedule && nextOccurrence(toSchedule(schedule), after)) ?? null;
}

/** An occurrence that was missed, with those that were passed over before it. */
const joined = (missed: Missed | undefined, over: Missed | undefined): Missed | undefined =>
  missed === undefined ? over : { ...missed, oldest: over?.oldest ?? missed.oldest };

/**
 * Writes a finding unless it is there; whether it was not. `missed`: what was missed, as the finding says. Where somebody
 * else wrote the Job first, the next call looks again.
 */
export async function setCondition(
  ports: { readonly jobs: Jobs; readonly now: () => Date },
  job: Job | InvalidJob,
  update: ConditionUpdate,
  missed?: Missed,
): Promise<boolean> {
  const conditions = withCondition(job.status.conditions, update, ports.now());
  if (conditions === job.status.conditions) return false;
  await ports.jobs.writeStatus(job, { conditions, missed: withMissed(job.status.missed, missed) });
  return true;
}

/**
 * Writes what `changeOf` makes of a job's status, also where others wrote the Job since it was read; `undefined`: there is
 * nothing to write. Returns whether that is done: also of a job that is gone, and not where others were first each time;
 * then the next minute does it.
 */
export async function writeStatus(
  { jobs }: { readonly jobs: Jobs },
  job: Job | InvalidJob,
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
