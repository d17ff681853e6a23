import type { App, InvalidApp } from '../apps/app.ts';
import { defaultStart } from '../apps/start-command.ts';
import { toRfc3339 } from '../platform/quantities.ts';
import type { InvalidJob, Job, JobCondition, JobSpec } from './job.ts';

/** Condition to write; {@link withCondition} adds `lastTransitionTime`. */
export type ConditionUpdate = Omit<JobCondition, 'lastTransitionTime'>;

/** Conditions with `update` in place of the one of its type; the same array when nothing changes. */
export function withCondition(
  conditions: readonly JobCondition[],
  update: ConditionUpdate,
  now: Date,
): readonly JobCondition[] {
  const old = conditions.find(({ type }) => type === update.type);
  if (old?.status === update.status && old.reason === update.reason && old.message === update.message) {
    return conditions;
  }
  const lastTransitionTime = old?.status === update.status ? old.lastTransitionTime : now;
  return [...conditions.filter(({ type }) => type !== update.type), { ...update, lastTransitionTime }];
}

/** Conditions without the one of a type; the same array when it has none. */
export const withoutCondition = (
  conditions: readonly JobCondition[],
  absent: JobCondition['type'],
): readonly JobCondition[] =>
  conditions.some(({ type }) => type === absent)
    ? conditions.filter(({ type }) => type !== absent)
    : conditions;

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
 * Condition `Ready` of a job: whether it can run on its app. `app`: `undefined` when the App does not exist, `unknown` when it
 * was not read. A blocking reason comes before the state that the user chose (suspended, not scheduled).
 */
export function readiness(
  job: Job | InvalidJob,
  app: App | InvalidApp | undefined | 'unknown',
): ConditionUpdate {
  if (!('spec' in job)) {
    return notReady('Invalid', job.problems.map(({ field, message }) => `${field}: ${message}`).join('; '));
  }
  const { spec } = job;
  const blockingReason = app === 'unknown' ? undefined : blockingReasonOf(app, spec);
  if (blockingReason !== undefined) return blockingReason;
  return readinessOf(spec);
}

function readinessOf({ schedule, trigger, suspend }: JobSpec): ConditionUpdate {
  if (schedule === undefined && trigger === undefined) return ready('NotScheduled', 'It runs on request.');
  if (suspend)
    return notReady(
      'Suspended',
      `Its ${schedule === undefined ? 'trigger' : 'schedule'} is paused until the job is resumed.`,
    );
  if (schedule === undefined) return ready('Triggered', 'It runs at each event that matches its trigger.');
  return ready('Scheduled', `It runs at "${schedule.cron}" in ${schedule.timeZone}.`);
}

function blockingReasonOf(app: App | InvalidApp | undefined, spec: JobSpec): ConditionUpdate | undefined {
  if (app === undefined) {
    return notReady('AppGone', `App "${spec.app}" is not in this space: push it, or delete the job.`);
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
  reason: 'NotAllowed' | 'NoRoom' | 'NotOurs' | 'OutOfReach',
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
