import * as v from 'valibot';
import { Command, Resources } from '../apps/app.ts';
import { type SyncedTrigger, Trigger } from '../events/trigger.ts';
import { conflict, describeFields, type FieldError } from '../platform/errors.ts';
import { show } from '../platform/json.ts';
import { Name } from '../platform/names.ts';
import { fields, wholeNumber } from '../platform/schema.ts';
import { ownSchedule } from '../schedules/own-cron.ts';
import { Timeout, Variables } from '../tasks/overrides.ts';
import type { Health } from './health-status.ts';
import { JobSchedule } from './job-schedule.ts';
import type { WrittenSpec } from './written-spec.ts';

/** Concurrency policy: treatment of an occurrence that is due while a task of the job is active. `Allow` means `Always`. */
export const ConcurrencyPolicy = v.pipe(
  v.picklist(
    ['Always', 'Allow', 'Forbid', 'Replace'],
    (issue) =>
      `${show(issue.input)} is not allowed: Always (the default), Forbid (wait for its end) or Replace (cancel it).`,
  ),
  v.transform((policy) => (policy === 'Allow' ? 'Always' : policy)),
);
export type ConcurrencyPolicy = v.InferOutput<typeof ConcurrencyPolicy>;

const MAX_SECONDS = 999_999_999;

/** Starting deadline: longest delay of a start, in seconds. */
export const StartingDeadlineSeconds = wholeNumber(0, MAX_SECONDS);

/** True or false. */
export const Flag = v.boolean((issue) => `${show(issue.input)} is not allowed: true or false.`);

/** Schemas of the fields of a job, in requests and in `spec` of the Job in the cluster. */
export const JOB_FIELDS = {
  app: Name,
  command: v.optional(Command),
  resources: v.optional(Resources),
  env: v.optional(Variables),
  timeout: v.optional(Timeout),
  schedule: v.optional(JobSchedule),
  trigger: v.optional(Trigger),
  concurrencyPolicy: v.optional(ConcurrencyPolicy, 'Always'),
  suspend: v.optional(Flag, false),
  startingDeadlineSeconds: v.optional(StartingDeadlineSeconds),
  /** Longest time without a successful task, in seconds. */
  expectWithin: v.optional(Timeout),
} as const;

export const JobSpec = fields(JOB_FIELDS);
export type JobSpec = v.InferOutput<typeof JobSpec>;

/** Active schedule. Where it differs from the spec's, the spec's is not synced yet. */
export type SyncedSchedule = JobSchedule & {
  /** Time of its activation: no earlier occurrence runs. */
  readonly since: Date;
  /** Hash of its EventBridge expressions. */
  readonly expressionsHash?: string | undefined;
  /** Source of its wake-ups: EventBridge rules, or the reconcile of each minute. */
  readonly driver: 'rules' | 'polling';
};

/** Lease of the occurrence whose task is being started, under Forbid and Replace. */
export type Lease = {
  readonly occurrence: Date;
  /** Names of the runs that are cancelled for it; their pods must have stopped before it starts. */
  readonly replaces: readonly string[];
  /** Function that is starting the task. Absent: released, any function may take over. */
  readonly holderIdentity?: string | undefined;
  /** Time of the holder's last renewal; for 30 seconds nobody takes the lease over for a newer occurrence. */
  readonly renewTime?: Date | undefined;
};

/**
 * Condition of a job. `Ready`: all that its spec asks for works. `OnTime`: the newest due occurrence has started; only of an
 * active schedule. `Triggered`: events reach it; only of a job with a trigger. `message` says why not. `Complete`: its
 * schedule was due once, and that is over; only then. `Healthy`: its newest task that ended succeeded, and none is overdue;
 * absent until one has ended.
 */
export type JobCondition = {
  readonly type: 'Ready' | 'OnTime' | 'Triggered' | 'Complete' | 'Healthy';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  /** Time of the last change of `status`. */
  readonly lastTransitionTime: Date;
  /** Generation of the spec that it is true of; one below the job's is out of date. Absent: written before there was one. */
  readonly observedGeneration?: number | undefined;
};

/** Occurrences of a job that no task was started for, and never will be. */
export type Missed = {
  /** The first of them; equal to `newest` where there is only one. */
  readonly oldest: Date;
  readonly newest: Date;
  /**
   * Reason of the newest. `TooLate`: past the starting deadline. `NameTaken`: another run has its name.
   * `Superseded`: a newer one ran.
   */
  readonly reason: 'TooLate' | 'NameTaken' | 'Superseded';
  /** The event `Run Missed` was published. */
  readonly reported?: boolean | undefined;
};

/** Status of a job: the observed state, as Taskbridge last wrote it. */
export type JobStatus = {
  readonly schedule?: SyncedSchedule | undefined;
  readonly lease?: Lease | undefined;
  readonly trigger?: SyncedTrigger | undefined;
  /** Occurrences that were missed last. */
  readonly missed?: Missed | undefined;
  /** Newest occurrence that was started. It only moves forward. */
  readonly lastScheduleTime?: Date | undefined;
  /** End of the job's last successful task. It only moves forward. */
  readonly lastSuccessfulTime?: Date | undefined;
  /** End of the job's last task that failed. It only moves forward. */
  readonly lastFailureTime?: Date | undefined;
  /** Failures since the last success, in the order of their ends. */
  readonly consecutiveFailures?: number | undefined;
  readonly health?: Health | undefined;
  readonly nextScheduleTime?: Date | undefined;
  readonly conditions: readonly JobCondition[];
};

type StoredJob = {
  readonly space: string;
  readonly name: string;
  /** `metadata.uid`: a Job that was deleted and created again has another one. */
  readonly uid: string;
  /** `metadata.resourceVersion`: a status is written only over the version that was read. */
  readonly version: string;
  /** `metadata.generation`: raised by each change of the spec. */
  readonly generation: number;
  readonly createdAt: string;
  /** True when it has a deletion timestamp: nothing runs any more. */
  readonly deleting: boolean;
  /**
   * Made by run-task for one task at a time: that belongs to the app, and the job is removed once it was started. An
   * admission policy keeps the mark from others (cluster/policies/marks.yaml).
   */
  readonly isTemporary?: boolean | undefined;
  /** App for which an apply made it; absent: made by a request or with kubectl. The same policy keeps the mark from others. */
  readonly applied?: string | undefined;
  readonly status: JobStatus;
};

/** Job in the cluster. */
export type Job = StoredJob & { readonly spec: JobSpec };

/** Job that was written past the HTTP API and can't run, with the problems of its spec. */
export type InvalidJob = StoredJob & {
  readonly written: WrittenSpec;
  readonly problems: readonly FieldError[];
};

/** Spec of a job; of an invalid one what can be read of it. */
export const writtenSpecOf = (job: Job | InvalidJob): WrittenSpec => ('spec' in job ? job.spec : job.written);

/**
 * Desired schedule, with the job's own values for H: none for a suspended job, so that a resumed one starts from the time of
 * its resumption, and none for an invalid one.
 */
export function wantedSchedule(job: Job | InvalidJob): JobSchedule | undefined {
  const schedule = 'spec' in job && !job.spec.suspend ? job.spec.schedule : undefined;
  return schedule && ownSchedule(schedule, job);
}

/** Desired trigger: none for a suspended job and for an invalid one. */
export const wantedTrigger = (job: Job | InvalidJob): Trigger | undefined =>
  'spec' in job && !job.spec.suspend ? job.spec.trigger : undefined;

/** True when the active schedule equals the desired one; until then nothing is due. */
export function isSynced(job: Job | InvalidJob): boolean {
  const wanted = wantedSchedule(job);
  const active = job.status.schedule;
  return wanted?.cron === active?.cron && wanted?.at === active?.at && wanted?.timeZone === active?.timeZone;
}

/** Returns the job if it can run. Throws `conflict` with the problems of an invalid one. */
export function validJob(job: Job | InvalidJob): Job {
  if ('spec' in job) return job;
  throw conflict(
    `Job "${job.name}" can't run as it stands in the cluster: ${describeFields(job.problems)}`,
    job.problems,
  );
}
