import * as v from 'valibot';
import { Placement } from './placement.ts';

// Responses of the HTTP API, as far as its clients read them. Other fields remain in the raw response.
const Text = v.string();
const OptionalText = v.optional(v.string());

const Resources = v.object({ cpu: OptionalText, memory: OptionalText, disk: OptionalText });
const AppResources = v.object({ ...Resources.entries, gpu: v.optional(v.number()) });

/** Space that the caller has access to. */
export const Space = v.object({ name: Text });
export type Space = v.InferOutput<typeof Space>;

/** Page of a list; `cursor` is absent on the last one. */
export const listOf = <T>(item: v.GenericSchema<unknown, T>) =>
  v.object({ items: v.array(item), cursor: OptionalText });

const FieldError = v.object({ field: Text, message: Text });
const Texts = v.optional(v.array(Text), []);
const Named = v.looseObject({ name: Text });

/** State of a task or a build. */
export const State = v.picklist(['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timedOut']);
export type State = v.InferOutput<typeof State>;

/** Newest build in the response of an app. */
const AppBuild = v.object({
  name: Text,
  sha256: Text,
  state: State,
  reason: OptionalText,
  message: OptionalText,
  createdAt: Text,
  finishedAt: OptionalText,
});

/** Build of an app. */
export const Build = v.object({
  ...AppBuild.entries,
  app: Text,
  image: OptionalText,
  processes: v.optional(v.array(Text)),
  startedAt: OptionalText,
  /** Current step while the build is running. */
  phase: OptionalText,
  inUse: v.optional(v.boolean()),
});
export type Build = v.InferOutput<typeof Build>;

/** Response to an upload request; `upload` is absent where the store already has the source. */
export const UploadResponse = v.object({
  sha256: Text,
  upload: v.optional(
    v.object({ method: v.literal('PUT'), url: Text, headers: v.record(Text, Text), expiresAt: Text }),
  ),
});
export type UploadResponse = v.InferOutput<typeof UploadResponse>;

/** App of a space. */
export const App = v.object({
  name: Text,
  createdAt: Text,
  image: OptionalText,
  source: v.optional(
    v.object({
      sha256: Text,
      env: v.optional(v.array(v.object({ name: Text, value: Text }))),
      rebuild: OptionalText,
    }),
  ),
  build: v.optional(AppBuild),
  /** Image of the newest successful build. */
  builtImage: v.optional(v.object({ image: Text, build: OptionalText, processes: v.array(Text) })),
  entrypoint: v.optional(v.array(Text)),
  command: OptionalText,
  env: v.optional(
    v.array(v.object({ name: Text, value: OptionalText, valueFrom: v.optional(v.unknown()) })),
    [],
  ),
  services: v.optional(v.array(Named), []),
  resources: v.optional(AppResources, {}),
  placement: v.optional(Placement),
  serviceAccountName: OptionalText,
  securityGroups: Texts,
  labels: v.optional(v.record(Text, Text), {}),
  taskTimeout: OptionalText,
  pendingTimeout: OptionalText,
  maxRunning: v.optional(v.number()),
  taskRetention: v.optional(v.number()),
  /** Problems of an invalid app, which was written with kubectl and can run no tasks. */
  problems: v.optional(v.array(FieldError)),
  /** Fields that tasks may not get as they are written. */
  warnings: v.optional(v.array(FieldError), []),
});
export type App = v.InferOutput<typeof App>;

const FINISHED: readonly State[] = ['succeeded', 'failed', 'cancelled', 'timedOut'];
/** True for the final states of a task or a build. */
export const isFinished = (state: State): boolean => FINISHED.includes(state);

/** Task of an app. */
export const Task = v.object({
  name: Text,
  id: Text,
  app: Text,
  job: OptionalText,
  displayName: OptionalText,
  command: Text,
  overrides: v.optional(
    v.object({ env: v.optional(v.array(Text)), args: v.optional(v.number()), timeout: OptionalText }),
  ),
  state: State,
  reason: OptionalText,
  message: OptionalText,
  exitCode: v.optional(v.number()),
  createdAt: Text,
  startedAt: OptionalText,
  finishedAt: OptionalText,
  requestedBy: OptionalText,
  scheduledTime: OptionalText,
  traceparent: OptionalText,
  backfill: v.optional(v.boolean()),
  /** Its run was not created by Taskbridge: what it says of itself is not checked. */
  unverified: v.optional(v.boolean()),
});
export type Task = v.InferOutput<typeof Task>;

/** Task that was started, with warnings of what it lacks. */
export const StartedTask = v.object({ ...Task.entries, warnings: v.optional(v.array(FieldError), []) });

/** Task that is being terminated; `log`: the end of its log, which its pod takes along. */
export const TerminatedTask = v.object({ ...Task.entries, log: OptionalText });
export type TerminatedTask = v.InferOutput<typeof TerminatedTask>;

/** Occurrence of a backfill, and what became of it. */
const BackfillRun = v.object({ scheduledTime: Text, task: Text, outcome: Text });
export type BackfillRun = v.InferOutput<typeof BackfillRun>;

/** Backfill of a job: its period in UTC and its occurrences. */
export const Backfill = v.object({
  from: Text,
  to: Text,
  maxRunning: v.number(),
  runs: v.array(BackfillRun),
});
export type Backfill = v.InferOutput<typeof Backfill>;

/** Tasks of backfills that are being cancelled, and those for which there was no time. */
export const CancelledBackfill = v.object({ cancelled: v.number(), remaining: v.number() });

/** Jobs of an app after an apply, or as it would leave them. */
export const AppliedJobs = v.object({
  jobs: v.array(v.object({ name: Text, outcome: Text, fields: Texts, active: v.optional(v.boolean()) })),
});
export type AppliedResult = v.InferOutput<typeof AppliedJobs>['jobs'][number];

/** Part of a log. `more`: the next part is available now; `gap`: lines may be missing before it. */
export const LogPart = v.object({
  state: State,
  log: Text,
  gap: v.optional(v.object({ from: Text, to: OptionalText })),
  cursor: OptionalText,
  more: v.boolean(),
});
export type LogPart = v.InferOutput<typeof LogPart>;

const Condition = v.object({
  type: Text,
  status: Text,
  reason: Text,
  message: Text,
  lastTransitionTime: OptionalText,
});
/** Condition of a job, as in Kubernetes. */
export type Condition = v.InferOutput<typeof Condition>;

/** Without a pattern where that of an invalid job can't be shown. */
const Trigger = v.object({ bus: Text, pattern: v.optional(v.record(v.string(), v.unknown())) });

const WrittenSchedule = v.object({ cron: OptionalText, at: OptionalText, timeZone: Text });
export type WrittenSchedule = v.InferOutput<typeof WrittenSchedule>;

const Schedule = v.object({
  ...WrittenSchedule.entries,
  /** Absent for an invalid one, which is shown as it was written. */
  description: OptionalText,
  /** Difference to other crons, or which of two times a repeated one is. */
  note: OptionalText,
  nextRuns: v.array(Text),
  /** Mechanism that starts its runs; absent until the schedule is active. */
  driver: v.optional(v.picklist(['rules', 'polling'])),
  since: OptionalText,
});

/** Recent task of a job, in a list of jobs. */
export const Outcome = v.object({ name: Text, state: State, createdAt: Text, scheduledTime: OptionalText });
export type Outcome = v.InferOutput<typeof Outcome>;

/** Job of a space. */
export const Job = v.object({
  name: Text,
  app: OptionalText,
  createdAt: Text,
  command: OptionalText,
  env: v.optional(v.array(v.object({ name: Text, value: OptionalText, valueFrom: v.optional(v.unknown()) }))),
  resources: v.optional(Resources),
  timeout: OptionalText,
  schedule: v.optional(Schedule),
  trigger: v.optional(Trigger),
  suspend: v.optional(v.boolean()),
  concurrencyPolicy: OptionalText,
  startingDeadlineSeconds: v.optional(v.number()),
  lastScheduleTime: OptionalText,
  lastSuccessfulTime: OptionalText,
  lastFailureTime: OptionalText,
  expectWithin: OptionalText,
  consecutiveFailures: v.optional(v.number()),
  /** Problems of an invalid job, which was written with kubectl and can't run. */
  problems: v.optional(v.array(FieldError)),
  outcomes: v.optional(v.array(Outcome)),
  conditions: v.array(Condition),
});
export type Job = v.InferOutput<typeof Job>;

/** Job whose schedule was set; `replaced` is the previous schedule. */
export const ScheduledJob = v.object({
  ...Job.entries,
  replaced: v.optional(WrittenSchedule),
});

/** Names of the jobs that were suspended or resumed. */
export const SuspendedJobs = v.object({ jobs: v.array(Text) });
