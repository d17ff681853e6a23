import type { App, BrokenApp } from '../domain/app.ts';
import {
  type BrokenJob,
  isSynced,
  type Job,
  type JobSchedule,
  toSchedule,
  wantedSchedule,
} from '../domain/job.ts';
import { readiness, withCondition } from '../domain/job-conditions.ts';
import { wantedRules } from '../domain/job-rules.ts';
import { nextOccurrence } from '../domain/occurrences.ts';
import { retryOnConflict } from '../domain/retry-on-conflict.ts';
import type { SchedulingPorts, StatusChange } from '../ports.ts';
import { makeRules, removeScheduleRules } from './schedule-rules.ts';
import { bringTrigger } from './sync-trigger.ts';

export type SyncRules = {
  /** From when a schedule that is new is in force, taken before the first write of whoever changed it. */
  readonly since: Date;
  /** The job's app, where the caller has read it; else `Ready` says nothing of the app. */
  readonly app?: App | BrokenApp | undefined;
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
  ports: SchedulingPorts,
  job: Job | BrokenJob,
  options: SyncRules,
): Promise<Job | BrokenJob> {
  let latest = job;
  const written = await retryOnConflict(
    (reads) => (reads === 0 ? job : ports.jobs.get(job.space, job.name)),
    async (current) => {
      latest = current;
      return ports.jobs.writeStatus(current, await bringIntoForce(ports, current, options));
    },
  );
  // Where others write it all the time, the reconcile finds spec and status apart and goes on.
  return written === 'gone' || written === 'overtaken' ? latest : written;
}

async function bringIntoForce(
  ports: SchedulingPorts,
  job: Job | BrokenJob,
  options: SyncRules,
): Promise<StatusChange> {
  const schedule = await bringSchedule(ports, job, options);
  const { trigger, note } = await bringTrigger(ports, job, options.ruleNames);
  return { ...schedule, trigger, conditions: note(conditionsOf(ports, job, options.app)) };
}

async function bringSchedule(
  ports: SchedulingPorts,
  job: Job | BrokenJob,
  { since, ruleNames }: SyncRules,
): Promise<StatusChange> {
  const wanted = 'spec' in job ? wantedSchedule(job) : undefined;
  if (wanted === undefined) {
    if (job.status.schedule !== undefined) await removeScheduleRules(ports, job);
    return { schedule: null, claim: null, nextScheduleTime: null };
  }
  const { expressions, hash } = wantedRules(wanted, since);
  const driver = await makeRules(ports, job, expressions, ruleNames);
  const inForce = 'spec' in job && isSynced(job) ? job.status.schedule : undefined;
  return {
    schedule: {
      ...wanted,
      since: inForce?.since ?? since,
      expressionsHash: hash,
      driver,
    },
    // A claim of the schedule before this one: its occurrence is past.
    ...(inForce === undefined ? { claim: null } : {}),
    nextScheduleTime: nextTime(wanted, ports.now()),
  };
}

const nextTime = (schedule: JobSchedule, now: Date): Date | null =>
  nextOccurrence(toSchedule(schedule), now) ?? null;

/** Without the app, what was found of it stays until the reconcile looks at it again. */
function conditionsOf({ now }: SchedulingPorts, job: Job | BrokenJob, app?: App | BrokenApp) {
  const { conditions } = job.status;
  const old = conditions.find(({ type }) => type === 'Ready');
  const ofApp = ['AppGone', 'AppInvalid', 'NoCommand'].includes(old?.reason ?? '');
  if (app === undefined && 'spec' in job && ofApp) return conditions;
  return withCondition(conditions, readiness(job, app ?? 'unknown'), now());
}
