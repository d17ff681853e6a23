import type { App, InvalidApp } from '../apps/app.ts';
import type { Apps } from '../apps/apps.ts';
import { contended, retryOnConflict } from '../platform/retry-on-conflict.ts';
import { nextOccurrence, toSchedule } from '../schedules/occurrences.ts';
import { currentConditions, type KnownApp } from './conditions.ts';
import { passedOver, withMissed } from './due-runs.ts';
import { type InvalidJob, type Job, type Missed, writtenSpecOf } from './job.ts';
import type { Jobs, StatusChange } from './jobs.ts';
import { type ConditionUpdate, withCondition } from './with-condition.ts';

/**
 * Records that an occurrence was started, or missed for good, and ends its lease: it is never due again. Returns `gone` when
 * the Job was deleted, and its tasks with it. After a crash before this write the occurrence is still due, and its task is
 * found by its name. Throws `conflict` after ten conflicts: the occurrence is still due then.
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
        conditions: withCondition(conditions, update, { generation: current.generation, now }),
      });
    },
  );
  if (recorded === 'conflict') throw contended(`Job "${job.name}"`);
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
 * A write that met a conflict is left to the next call.
 */
export async function setCondition(
  ports: { readonly jobs: Jobs; readonly now: () => Date },
  job: Job | InvalidJob,
  update: ConditionUpdate,
  missed?: Missed,
): Promise<boolean> {
  const { generation, status } = job;
  const conditions = withCondition(status.conditions, update, { generation, now: ports.now() });
  if (conditions === status.conditions) return false;
  await ports.jobs.writeStatus(job, { conditions, missed: withMissed(status.missed, missed) });
  return true;
}

/**
 * Writes the conditions of a job as its spec and its app are, over other writers, and returns true; false when they are there
 * already, or the job is gone or of another app. After ten conflicts the next call writes them.
 */
export async function updateConditions(
  ports: { readonly jobs: Jobs; readonly now: () => Date },
  job: Job | InvalidJob,
  app: KnownApp,
): Promise<boolean> {
  const written = await writeStatus(ports, job, (current) => {
    if (writtenSpecOf(current).app !== writtenSpecOf(job).app) return undefined;
    const conditions = currentConditions(current, app, ports.now());
    return conditions === current.status.conditions ? undefined : { conditions };
  });
  return typeof written !== 'string';
}

/** Reads the app of a job; `undefined` when it does not exist. */
export async function findAppOf(
  { apps }: { readonly apps: Apps },
  job: Job | InvalidJob,
): Promise<App | InvalidApp | undefined> {
  const { app } = writtenSpecOf(job);
  return app === undefined ? undefined : apps.find(job.space, app);
}

/**
 * Writes the change that `changeOf` computes from a job as it is now, over other writers; `undefined`: nothing to write.
 * Returns the job. `unchanged`: there was nothing, or the Job is gone. After ten `conflict`s the next minute repeats it.
 */
export async function writeStatus(
  { jobs }: { readonly jobs: Jobs },
  job: Job | InvalidJob,
  changeOf: (current: Job | InvalidJob) => StatusChange | undefined,
): Promise<Job | InvalidJob | 'unchanged' | 'conflict'> {
  return retryOnConflict(
    (reads) => (reads === 0 ? job : jobs.find(job.space, job.name)),
    async (current) => {
      const change = current?.uid === job.uid ? changeOf(current) : undefined;
      if (current === undefined || change === undefined) return 'unchanged';
      const written = await jobs.writeStatus(current, change);
      return written === 'gone' ? 'unchanged' : written;
    },
  );
}
