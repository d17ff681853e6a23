import type { App, InvalidApp } from '../apps/app.ts';
import { ensureTrigger, type TriggerPorts } from '../events/sync-trigger.ts';
import { readiness, withCondition } from '../jobs/conditions.ts';
import { type InvalidJob, isSynced, type Job, type JobSchedule, wantedSchedule } from '../jobs/job.ts';
import type { Jobs, StatusChange } from '../jobs/jobs.ts';
import { retryOnConflict } from '../platform/retry-on-conflict.ts';
import { desiredRules } from './eventbridge-cron.ts';
import { nextOccurrence, toSchedule } from './occurrences.ts';
import { ensureRules, removeScheduleRules } from './rules.ts';

/** Ports of syncing the rules of a job with its spec. */
export type SyncPorts = TriggerPorts & { readonly jobs: Jobs };

export type SyncRules = {
  /** From when a schedule that is new is in force, taken before the first write of whoever changed it. */
  readonly since: Date;
  /** The job's app, where the caller has read it; else `Ready` says nothing of the app. */
  readonly app?: App | InvalidApp | undefined;
  /** Names of the stage's rules, where the caller has listed them. */
  readonly ruleNames?: readonly string[] | undefined;
};

/**
 * Brings rules and status to what the job's spec says. Rules come first: cut off before the status is written, status
 * and spec still differ, so nothing is due, and the next sync does all of it again. Where EventBridge is out of reach
 * or full the reconcile of each minute drives the schedule instead, and rules that are left over are removed by it.
 * A job that is gone meanwhile is returned as it was.
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
  // Where others write it all the time, the reconcile finds spec and status apart and goes on.
  return written === 'gone' || written === 'overtaken' ? latest : written;
}

async function applySpec(ports: SyncPorts, job: Job | InvalidJob, options: SyncRules): Promise<StatusChange> {
  const schedule = await ensureSchedule(ports, job, options);
  const { trigger, update } = await ensureTrigger(ports, job, options.ruleNames);
  return { ...schedule, trigger, conditions: update(conditionsOf(ports, job, options.app)) };
}

async function ensureSchedule(
  ports: SyncPorts,
  job: Job | InvalidJob,
  { since, ruleNames }: SyncRules,
): Promise<StatusChange> {
  const wanted = 'spec' in job ? wantedSchedule(job) : undefined;
  if (wanted === undefined) {
    if (job.status.schedule !== undefined) await removeScheduleRules(ports, job);
    return { schedule: null, lease: null, nextScheduleTime: null };
  }
  const { expressions, hash } = desiredRules(wanted, since);
  const driver = await ensureRules(ports, job, expressions, ruleNames);
  const active = 'spec' in job && isSynced(job) ? job.status.schedule : undefined;
  return {
    schedule: {
      ...wanted,
      since: active?.since ?? since,
      expressionsHash: hash,
      driver,
    },
    // A claim of the schedule before this one: its occurrence is past.
    ...(active === undefined ? { lease: null } : {}),
    nextScheduleTime: nextOccurrenceOf(wanted, ports.now()),
  };
}

const nextOccurrenceOf = (schedule: JobSchedule, now: Date): Date | null =>
  nextOccurrence(toSchedule(schedule), now) ?? null;

/** Without the app, what was found of it stays until the reconcile looks at it again. */
function conditionsOf({ now }: { readonly now: () => Date }, job: Job | InvalidJob, app?: App | InvalidApp) {
  const { conditions } = job.status;
  const old = conditions.find(({ type }) => type === 'Ready');
  const ofApp = ['AppGone', 'AppInvalid', 'NoCommand'].includes(old?.reason ?? '');
  if (app === undefined && 'spec' in job && ofApp) return conditions;
  return withCondition(conditions, readiness(job, app ?? 'unknown'), now());
}
