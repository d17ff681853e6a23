import * as v from 'valibot';
import { Command, Resources } from '../apps/app.ts';
import { type SyncedTrigger, Trigger } from '../events/trigger.ts';
import { conflict, DomainError, type FieldError } from '../platform/errors.ts';
import { Name } from '../platform/names.ts';
import { fields, show, textThat, wholeNumber } from '../platform/schema.ts';
import { parseCron } from '../schedules/cron.ts';
import { parseZone } from '../schedules/zones.ts';
import type { Missed } from './missed.ts';

/** A text that `read` takes; what it throws as `invalid` is the message of the field. */
const textReadBy = (read: (text: string) => unknown) =>
  v.pipe(
    textThat(() => true, ''),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!dataset.typed) return;
      const problem = problemOf(() => read(dataset.value));
      if (problem !== undefined) addIssue({ message: problem });
    }),
  );

function problemOf(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    const [problem] = error instanceof DomainError ? error.fields : [];
    if (problem === undefined) throw error;
    return problem.message;
  }
}

export const CronText = textReadBy(parseCron);
export const ZoneName = textReadBy(parseZone);

/** Fields of a schedule, as a user gives it and as `spec.schedule` of the Job. */
export const SCHEDULE_FIELDS = {
  cron: CronText,
  timeZone: v.optional(ZoneName, 'UTC'),
} as const;

/** A unix-cron expression and its time zone, as the user wrote them. */
export const JobSchedule = fields(SCHEDULE_FIELDS);
export type JobSchedule = v.InferOutput<typeof JobSchedule>;

/** What happens to an occurrence that is due while a task of the job is active. `Allow` is read as Always. */
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

/** How late an occurrence may start, in seconds. */
export const StartingDeadlineSeconds = wholeNumber(0, MAX_SECONDS);

const Flag = v.boolean((issue) => `${show(issue.input)} is not allowed: true or false.`);

/** Fields of a job, as a user creates it and as `spec` of the Job in the cluster. */
export const JOB_FIELDS = {
  app: Name,
  command: v.optional(Command),
  resources: v.optional(Resources),
  schedule: v.optional(JobSchedule),
  trigger: v.optional(Trigger),
  concurrencyPolicy: v.optional(ConcurrencyPolicy, 'Always'),
  suspend: v.optional(Flag, false),
  startingDeadlineSeconds: v.optional(StartingDeadlineSeconds),
} as const;

export const JobSpec = fields(JOB_FIELDS);
export type JobSpec = v.InferOutput<typeof JobSpec>;

/** The schedule that is in force; where it differs from the spec's, the spec's is not synced yet. */
type SyncedSchedule = JobSchedule & {
  /** When it came into force: no earlier occurrence runs. */
  readonly since: Date;
  /** Of the EventBridge expressions that it became. */
  readonly expressionsHash?: string | undefined;
  /** What wakes it: rules of its own, or the reconcile of each minute. */
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
 * Condition of a job. `Ready`: it runs when it is due or requested. `OnTime`: the newest due occurrence has started.
 * `Triggered`: events reach it; only of a job with a trigger. `message` says why not.
 */
export type JobCondition = {
  readonly type: 'Ready' | 'OnTime' | 'Triggered';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly lastTransitionTime: Date;
};

/** What Taskbridge did for a job and found. */
export type JobStatus = {
  readonly schedule?: SyncedSchedule | undefined;
  readonly lease?: Lease | undefined;
  readonly trigger?: SyncedTrigger | undefined;
  /** The occurrences that were missed last. */
  readonly missed?: Missed | undefined;
  /** The newest occurrence that was started. It only moves forward. */
  readonly lastScheduleTime?: Date | undefined;
  /** When a task of the job last ended well. It only moves forward. */
  readonly lastSuccessfulTime?: Date | undefined;
  readonly nextScheduleTime?: Date | undefined;
  readonly conditions: readonly JobCondition[];
};

type StoredJob = {
  readonly space: string;
  readonly name: string;
  /** The object's uid: another Job of the same name, created after a delete, has another. */
  readonly uid: string;
  /** Kubernetes' resourceVersion: a status is written only over the one that was read. */
  readonly version: string;
  readonly createdAt: string;
  /** Whether it is being deleted: nothing runs any more. */
  readonly deleting: boolean;
  readonly status: JobStatus;
};

/** A Job as it stands in the cluster. */
export type Job = StoredJob & { readonly spec: JobSpec };

/** A Job that someone wrote past the HTTP API and that can't run: what is wrong with it. */
export type InvalidJob = StoredJob & {
  /** The app that it names, where it names one. */
  readonly app?: string | undefined;
  readonly problems: readonly FieldError[];
};

/** Name of the app that a job's tasks run on; a broken one may name none. */
export const appNameOf = (job: Job | InvalidJob): string | undefined =>
  'spec' in job ? job.spec.app : job.app;

/** The schedule that is to be in force: none for a suspended job, so that resuming it begins anew. */
export const wantedSchedule = ({ spec }: Job): JobSchedule | undefined =>
  spec.suspend ? undefined : spec.schedule;

/** The trigger that is to be in force: none for a suspended job. */
export const wantedTrigger = ({ spec }: Job): Trigger | undefined =>
  spec.suspend ? undefined : spec.trigger;

/** Whether the schedule in force is the one that the spec asks for; what is due is not asked before it is. */
export function isSynced(job: Job): boolean {
  const wanted = wantedSchedule(job);
  const active = job.status.schedule;
  return wanted?.cron === active?.cron && wanted?.timeZone === active?.timeZone;
}

/** The job, if it can run. Throws `conflict` with the problems of an invalid one. */
export function validJob(job: Job | InvalidJob): Job {
  if ('spec' in job) return job;
  const problems = job.problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw conflict(`Job "${job.name}" can't run as it stands in the cluster: ${problems}`, job.problems);
}
