import type { App, InvalidApp } from '../apps/app.ts';
import { describeFields } from '../platform/errors.ts';
import { toRfc3339 } from '../platform/quantities.ts';
import { ownSchedule } from '../schedules/own-cron.ts';
import { defaultStart } from '../tasks/spec.ts';
import { completionOf, withCompletion } from './completion.ts';
import {
  type InvalidJob,
  isSynced,
  type Job,
  type JobCondition,
  type JobSpec,
  wantedSchedule,
  wantedTrigger,
} from './job.ts';
import { type ConditionUpdate, withCondition } from './with-condition.ts';

/** App of a job as its caller knows it: `undefined` when it does not exist, `unknown` when it was not read. */
export type KnownApp = App | InvalidApp | undefined | 'unknown';

/**
 * Conditions of a job as its spec and its app are now: `Ready`, and of the others those that the spec still asks for, which
 * hold for its generation. The same array when nothing changes. `conditions`: those to begin with, else those of its status.
 */
export function currentConditions(
  job: Job | InvalidJob,
  app: KnownApp,
  now: Date,
  conditions: readonly JobCondition[] = job.status.conditions,
): readonly JobCondition[] {
  const old = conditions.find(({ type }) => type === 'Ready');
  const others = withCompletion(job, keptConditions(job, conditions), now);
  const update = readiness(job, app, others);
  // A reason of an app that was not read stays until the reconcile reads it.
  if (app === 'unknown' && update.status === 'True' && OF_APP.has(old?.reason ?? '')) return others;
  return withCondition(others, update, { generation: job.generation, now });
}

/** Conditions that no change of the spec ends: of all that it asks for, and of the tasks that ended. */
const ALWAYS: readonly JobCondition['type'][] = ['Ready', 'Healthy'];

/** Conditions that the spec still asks for; `Ready` as it is. The same array when nothing changes. */
function keptConditions(job: Job | InvalidJob, conditions: readonly JobCondition[]): readonly JobCondition[] {
  const observedGeneration = job.generation;
  const isCurrent = (one: JobCondition): boolean =>
    ALWAYS.includes(one.type) || one.observedGeneration === observedGeneration;
  if (conditions.every((one) => appliesTo(job, one) && isCurrent(one))) return conditions;
  return conditions
    .filter((one) => appliesTo(job, one))
    .map((one) => (isCurrent(one) ? one : { ...one, observedGeneration }));
}

function appliesTo(job: Job | InvalidJob, { type }: JobCondition): boolean {
  if (type === 'OnTime') return wantedSchedule(job) !== undefined && isSynced(job);
  if (type === 'Complete') return completionOf(job) !== undefined;
  return ALWAYS.includes(type) || wantedTrigger(job) !== undefined;
}

const ready = (reason: string, message: string): ConditionUpdate => ({
  type: 'Ready',
  status: 'True',
  reason,
  message,
});
const notReady = (reason: string, message: string): ConditionUpdate => ({
  type: 'Ready',
  status: 'False',
  reason,
  message,
});

/**
 * Condition `Ready` of a job: whether all that its spec asks for works. A blocking reason comes before the state that the
 * user chose (suspended, not scheduled).
 */
function readiness(
  job: Job | InvalidJob,
  app: KnownApp,
  conditions: readonly JobCondition[],
): ConditionUpdate {
  if (!('spec' in job)) {
    return notReady('Invalid', describeFields(job.problems));
  }
  const { spec } = job;
  const blockingReason = app === 'unknown' ? undefined : blockingReasonOf(app, spec);
  if (blockingReason !== undefined) return blockingReason;
  const complete = conditions.find(({ type }) => type === 'Complete');
  if (complete !== undefined && spec.trigger === undefined) return ready('Complete', complete.message);
  if (spec.suspend) return notReady('Suspended', suspendedMessage(spec));
  const triggered = conditions.find(({ type }) => type === 'Triggered');
  if (triggered?.status === 'False')
    return notReady(triggered.reason, `Its trigger starts no task. ${triggered.message}`);
  return readinessOf(job);
}

function suspendedMessage({ schedule, trigger }: JobSpec): string {
  const paused = [...(schedule ? ['schedule'] : []), ...(trigger ? ['trigger'] : [])];
  if (paused.length === 0) return 'It has no schedule and no trigger to pause; run-job runs it.';
  return `Its ${paused.join(' and ')} ${paused.length > 1 ? 'are' : 'is'} paused until the job is resumed.`;
}

function readinessOf(job: Job): ConditionUpdate {
  const { schedule, trigger } = job.spec;
  if (schedule?.at !== undefined)
    return ready('Scheduled', `It runs once, at ${schedule.at} in ${schedule.timeZone}.`);
  if (schedule !== undefined) {
    const { cron } = ownSchedule(schedule, job);
    const text = cron === schedule.cron ? `"${cron}"` : `"${cron}" (${schedule.cron})`;
    return ready('Scheduled', `It runs at ${text} in ${schedule.timeZone}.`);
  }
  if (trigger !== undefined) return ready('Triggered', 'It runs at each event that matches its trigger.');
  return ready('NotScheduled', 'It runs on request.');
}

/** Reasons of {@link blockingReasonOf}. */
const OF_APP: ReadonlySet<string> = new Set(['AppGone', 'AppInvalid', 'NoCommand']);

function blockingReasonOf(app: App | InvalidApp | undefined, spec: JobSpec): ConditionUpdate | undefined {
  if (app === undefined) {
    return notReady('AppGone', `App "${spec.app}" is not in this space: push it, or delete the job.`);
  }
  if (app.deleting) {
    return notReady(
      'AppGone',
      `App "${spec.app}" is being deleted: push it again after that, or delete the job.`,
    );
  }
  if (!('spec' in app)) {
    return notReady(
      'AppInvalid',
      `No task can run on app "${spec.app}" as it stands: fix it, or push it again.`,
    );
  }
  if (defaultStart(app, spec) === undefined) {
    return notReady(
      'NoCommand',
      `Neither the job nor app "${spec.app}" has a command: set a command on either of them.`,
    );
  }
  return undefined;
}

/** Condition `Triggered` of a job whose events arrive by `rule`. */
export const triggered = (rule: string): ConditionUpdate => ({
  type: 'Triggered',
  status: 'True',
  reason: 'Active',
  message: `Rule ${rule} delivers its events.`,
});

/** Condition `Triggered` of a job that gets no events. `message` says what to do. */
export const notTriggered = (
  reason: 'NotAllowed' | 'Refused' | 'NoRoom' | 'NotOurs' | 'OutOfReach',
  message: string,
): ConditionUpdate => ({ type: 'Triggered', status: 'False', reason, message });

/** Condition `OnTime` of a job whose occurrence started. */
export const started = (occurrence: Date): ConditionUpdate => ({
  type: 'OnTime',
  status: 'True',
  reason: 'Started',
  message: `The run of ${toRfc3339(occurrence)} was started.`,
});

/** Condition `OnTime` of a job whose due occurrence has not started. `why` completes "The run of TIME …". */
export const late = (
  reason: 'Waiting' | 'TooLate' | 'NameTaken' | 'Refused' | 'NoImage',
  occurrence: Date,
  why: string,
): ConditionUpdate => ({
  type: 'OnTime',
  status: 'False',
  reason,
  message: `The run of ${toRfc3339(occurrence)} ${why}`,
});
