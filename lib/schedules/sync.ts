import { ensureTrigger, type TriggerPorts } from '../events/sync-trigger.ts';
import { currentConditions, type KnownApp } from '../jobs/conditions.ts';
import { type InvalidJob, isSynced, type Job, type JobSchedule, wantedSchedule } from '../jobs/job.ts';
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
  return { ...schedule, trigger, conditions: currentConditions(job, options.app, ports.now(), conditions) };
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
  const driver = await ensureRules(ports, job, expressions, ruleNames);
  const active = isSynced(job) ? job.status.schedule : undefined;
  return {
    schedule: {
      ...wanted,
      since: active?.since ?? since,
      expressionsHash: hash,
      driver,
    },
    // A lease of the schedule before this one is void.
    ...(active === undefined ? { lease: null } : {}),
    nextScheduleTime: nextOccurrenceOf(wanted, ports.now()),
  };
}

/** Next occurrence of a schedule, as a change of the status. */
export const nextOccurrenceOf = (schedule: JobSchedule, now: Date): Date | null =>
  nextOccurrence(toSchedule(schedule), now) ?? null;
