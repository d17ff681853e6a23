import type { App, InvalidApp } from '../apps/app.ts';
import { defaultStart } from '../apps/start-command.ts';
import { toRfc3339 } from '../platform/time.ts';
import type { InvalidJob, Job, JobCondition, JobSpec } from './job.ts';

/** A condition to write; {@link withCondition} finds since when it has been so. */
export type ConditionUpdate = Omit<JobCondition, 'lastTransitionTime'>;

/** The conditions with a finding among them; the very same ones when it is there already. */
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

/** The conditions without one that no longer applies. */
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
 * Whether a job can run, with its app as it stands: `undefined` when it is not there, `unknown` when nobody looked. What a user asked for
 * (suspended, not scheduled) is told where nothing hinders the job.
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
  if (schedule === undefined && trigger === undefined)
    return ready('NotScheduled', 'It runs when it is asked to.');
  if (suspend)
    return notReady(
      'Suspended',
      `Its ${schedule === undefined ? 'trigger' : 'schedule'} stands still until it is resumed.`,
    );
  if (schedule === undefined) return ready('Triggered', 'It runs at each event of its trigger.');
  return ready('Scheduled', `It runs at "${schedule.cron}" in ${schedule.timeZone}.`);
}

function blockingReasonOf(app: App | InvalidApp | undefined, spec: JobSpec): ConditionUpdate | undefined {
  if (app === undefined) {
    return notReady('AppGone', `App "${spec.app}" is not in this space: push it, or delete the job.`);
  }
  if (!('spec' in app)) {
    return notReady(
      'AppInvalid',
      `No task can run on app "${spec.app}" as it stands: mend it, or push it again.`,
    );
  }
  if (defaultStart(app, spec) === undefined) {
    return notReady(
      'NoCommand',
      `Neither the job nor app "${spec.app}" has a command: give one of them one.`,
    );
  }
  return undefined;
}

/** That events of a trigger reach the job. */
export const triggered = (rule: string): ConditionUpdate => ({
  type: 'Triggered',
  status: 'True',
  reason: 'InForce',
  message: `Events reach it by the rule ${rule}.`,
});

/** Why no events of a trigger reach the job, and what to do. */
export const notTriggered = (
  reason: 'NotAllowed' | 'NoRoom' | 'NotOurs' | 'OutOfReach',
  message: string,
): ConditionUpdate => ({ type: 'Triggered', status: 'False', reason, message });

/** That an occurrence has started. */
export const started = (occurrence: Date): ConditionUpdate => ({
  type: 'OnTime',
  status: 'True',
  reason: 'Started',
  message: `The run of ${toRfc3339(occurrence)} was started.`,
});

/** Why an occurrence that is due has not started, and whether it still will. `why` completes the sentence. */
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
