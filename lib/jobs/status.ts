import { contended, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { nextOccurrence, toSchedule } from '../schedules/occurrences.ts';
import { type ConditionUpdate, withCondition } from './conditions.ts';
import type { InvalidJob, Job, JobStatus } from './job.ts';
import type { Jobs, StatusChange } from './jobs.ts';
import { type Missed, passedOver, withMissed } from './missed.ts';

/**
 * Records that an occurrence was started, or missed for good, and ends its lease: it is never due again. Returns `gone` when
 * the Job was deleted, and its tasks with it. After a crash before this write the occurrence is still due, and its task is
 * found by its name. Throws `conflict` after ten overtaken writes: the occurrence is still due then.
 */
export async function recordStarted(
  ports: { readonly jobs: Jobs; readonly now: () => Date },
  job: Job,
  occurrence: Date,
  update: ConditionUpdate,
  missed?: Missed,
): Promise<Job | InvalidJob | 'gone'> {
  const recorded = await retryOnConflict(
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
  if (recorded === 'overtaken') throw contended(`Job "${job.name}"`);
  return recorded;
}

function nextScheduleTimeOf({ status: { schedule } }: Job | InvalidJob, after: Date): Date | null {
  return (schedule && nextOccurrence(toSchedule(schedule), after)) ?? null;
}

/** Missed occurrence, with those that were passed over before it. */
const joined = (missed: Missed | undefined, over: Missed | undefined): Missed | undefined =>
  missed === undefined ? over : { ...missed, oldest: over?.oldest ?? missed.oldest };

/**
 * Writes a condition and returns true, or false when it is there already. `missed`: occurrences that the condition reports.
 * A write that was overtaken is left to the next call.
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
 * Writes the change that `changeOf` computes from a job's current status, and retries it over other writers; `undefined`:
 * nothing to write. Returns true when that is done or the Job is gone, false after ten overtaken writes: the next minute
 * repeats it.
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
