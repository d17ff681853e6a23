import { ensureTrigger, type TriggerPorts } from '../events/sync-trigger.ts';
import { completionOf } from '../jobs/completion.ts';
import { currentConditions, type KnownApp } from '../jobs/conditions.ts';
import { type InvalidJob, isSynced, type Job, wantedSchedule } from '../jobs/job.ts';
import type { JobSchedule } from '../jobs/job-schedule.ts';
import type { Jobs, StatusChange } from '../jobs/jobs.ts';
import { retryOnConflict } from '../platform/retry-on-conflict.ts';
import { desiredRules } from './eventbridge-cron.ts';
import { nextOccurrence, toSchedule } from './occurrences.ts';
import { ensureRules, removeScheduleRules } from './rules.ts';

/** Ports of syncing the rules of a job with its spec. */
export type SyncPorts = TriggerPorts & { readonly jobs: Jobs };

export type SyncRules = {
  /** Activation time of a new schedule: taken before the first write of its change. */
  readonly since: Date;
  /** The job's app; `unknown`: what `Ready` said about it stays. */
  readonly app: KnownApp;
  /** Names of the stage's rules, where the caller has listed them. */
  readonly ruleNames?: readonly string[] | undefined;
};

/**
 * Syncs rules and status with the job's spec, and returns the job as written. Rules come first: after a crash before the write
 * of the status, status and spec still differ, so nothing is due, and the next sync repeats all of it. Where EventBridge is
 * unavailable or its quota used up, the reconcile of each minute drives the schedule, and removes rules that are left over.
 * A job that was deleted meanwhile is returned as it was.
 */
export async function syncRules(
  ports: SyncPorts,
  job: Job | InvalidJob,
  options: SyncRules,
): Promise<Job | InvalidJob> {
  let latest = job;
  const written = await retryOnConflict(
    (reads) => (reads === 0 ? job : ports.jobs.get(job.space, job.name)),
    async (current) => {
      latest = current;
      return ports.jobs.writeStatus(current, await applySpec(ports, current, options));
    },
  );
  // After ten conflicts spec and status differ, and the reconcile syncs them.
  return written === 'gone' || written === 'conflict' ? latest : written;
}

async function applySpec(ports: SyncPorts, job: Job | InvalidJob, options: SyncRules): Promise<StatusChange> {
  const schedule = await ensureSchedule(ports, job, options);
  const { trigger, conditions } = await ensureTrigger(ports, job, options.ruleNames);
  const synced = { ...job, status: { ...job.status, schedule: schedule.schedule ?? undefined } };
  return {
    ...schedule,
    trigger,
    conditions: currentConditions(synced, options.app, ports.now(), conditions),
  };
}

async function ensureSchedule(
  ports: SyncPorts,
  job: Job | InvalidJob,
  { since, ruleNames }: SyncRules,
): Promise<StatusChange> {
  const wanted = wantedSchedule(job);
  if (wanted === undefined) {
    if (job.status.schedule !== undefined) await removeScheduleRules(ports, job);
    return { schedule: null, lease: null, nextScheduleTime: null };
  }
  const { expressions, hash } = desiredRules(wanted, since);
  const driver = needsRules(job, ports.now())
    ? await ensureRules(ports, job, expressions, ruleNames)
    : await removeRulesOfPast(ports, job);
  const active = isSynced(job) ? job.status.schedule : undefined;
  return {
    schedule: {
      ...wanted,
      since: active?.since ?? activationOf(job, wanted, since),
      expressionsHash: hash,
      driver,
    },
    // A lease of the schedule before this one is void.
    ...(active === undefined ? { lease: null } : {}),
    nextScheduleTime: completionOf(job) === undefined ? nextOccurrenceOf(wanted, ports.now()) : null,
  };
}

/**
 * Activation of a schedule. One that is due once, in a Job that nobody has changed, counts from the Job's creation: kubectl
 * may have set it shortly before its moment, or in an outage.
 */
function activationOf(job: Job | InvalidJob, { at }: JobSchedule, since: Date): Date {
  if (at === undefined || job.generation !== 1 || job.status.schedule !== undefined) return since;
  return new Date(Math.min(Date.parse(job.createdAt), since.getTime()));
}

/** True for a schedule that EventBridge has to wake: not for one that is due once, when its moment is past. */
export function needsRules(job: Job | InvalidJob, now: Date): boolean {
  const wanted = wantedSchedule(job);
  if (wanted?.at === undefined) return wanted !== undefined;
  return completionOf(job) === undefined && nextOccurrenceOf(wanted, now) !== null;
}

/** Removes the rules of a schedule that is due once and past. What is still due is started by the reconcile. */
async function removeRulesOfPast(ports: SyncPorts, job: Job | InvalidJob): Promise<'polling'> {
  if (job.status.schedule?.driver === 'rules') await removeScheduleRules(ports, job);
  return 'polling';
}

/** Next occurrence of a schedule, as a change of the status. */
export const nextOccurrenceOf = (schedule: JobSchedule, now: Date): Date | null =>
  nextOccurrence(toSchedule(schedule), now) ?? null;
