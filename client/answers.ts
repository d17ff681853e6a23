import * as v from 'valibot';

/** What clients of the HTTP API read of its answers. Fields beside these are kept for whoever shows them raw. */
const Text = v.string();
const OptionalText = v.optional(v.string());

const Resources = v.object({ cpu: OptionalText, memory: OptionalText, disk: OptionalText });

export const Space = v.object({ name: Text });

/** A list, or the first part of one that goes on behind `cursor`. */
export const listOf = <T>(item: v.GenericSchema<unknown, T>) =>
  v.object({ items: v.array(item), cursor: OptionalText });

const FieldError = v.object({ field: Text, message: Text });
const Texts = v.optional(v.array(Text), []);
const Named = v.looseObject({ name: Text });

export const State = v.picklist(['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timedOut']);
export type State = v.InferOutput<typeof State>;

/** The newest build of an app, as the app has it. */
const AppBuild = v.object({
  name: Text,
  sha256: Text,
  state: State,
  reason: OptionalText,
  message: OptionalText,
  createdAt: Text,
  finishedAt: OptionalText,
});

export const Build = v.object({
  ...AppBuild.entries,
  app: Text,
  image: OptionalText,
  processes: v.optional(v.array(Text)),
  startedAt: OptionalText,
  /** The step that a running one is at. */
  phase: OptionalText,
  inUse: v.optional(v.boolean()),
});
export type Build = v.InferOutput<typeof Build>;
export const Builds = v.object({ items: v.array(Build) });

/** `upload` is absent where the source is there already. */
export const UploadAnswer = v.object({
  sha256: Text,
  upload: v.optional(
    v.object({ method: v.literal('PUT'), url: Text, headers: v.record(Text, Text), expiresAt: Text }),
  ),
});
export type UploadAnswer = v.InferOutput<typeof UploadAnswer>;

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
  /** The newest good image that was built of it. */
  builtImage: v.optional(v.object({ image: Text, build: Text, processes: v.array(Text) })),
  entrypoint: v.optional(v.array(Text)),
  command: OptionalText,
  env: v.optional(
    v.array(v.object({ name: Text, value: OptionalText, valueFrom: v.optional(v.unknown()) })),
    [],
  ),
  services: v.optional(v.array(Named), []),
  resources: v.optional(Resources, {}),
  serviceAccountName: OptionalText,
  securityGroups: Texts,
  labels: v.optional(v.record(Text, Text), {}),
  taskTimeout: OptionalText,
  pendingTimeout: OptionalText,
  maxRunning: v.optional(v.number()),
  taskRetention: v.optional(v.number()),
  /** Of an app that somebody wrote past the API, and that no task can run on. */
  problems: v.optional(v.array(FieldError)),
});
export type App = v.InferOutput<typeof App>;

const FINISHED: readonly State[] = ['succeeded', 'failed', 'cancelled', 'timedOut'];
/** Whether a task keeps this state for good. */
export const isFinished = (state: State): boolean => FINISHED.includes(state);

export const Task = v.object({
  name: Text,
  id: Text,
  app: Text,
  job: OptionalText,
  displayName: OptionalText,
  command: Text,
  state: State,
  reason: OptionalText,
  message: OptionalText,
  exitCode: v.optional(v.number()),
  createdAt: Text,
  startedAt: OptionalText,
  finishedAt: OptionalText,
  requestedBy: OptionalText,
  scheduledTime: OptionalText,
});
export type Task = v.InferOutput<typeof Task>;

export const LogPart = v.object({ state: State, log: Text, cursor: OptionalText, more: v.boolean() });
export type LogPart = v.InferOutput<typeof LogPart>;

const Condition = v.object({
  type: Text,
  status: Text,
  reason: Text,
  message: Text,
  lastTransitionTime: OptionalText,
});
export type Condition = v.InferOutput<typeof Condition>;

const Trigger = v.object({ bus: Text, pattern: v.record(v.string(), v.unknown()) });

const Schedule = v.object({
  cron: Text,
  timeZone: Text,
  description: Text,
  nextRuns: v.array(Text),
  /** What wakes it; absent until it is in force. */
  driver: v.optional(v.picklist(['rules', 'sweep'])),
  since: OptionalText,
});

/** A task of a job, as a list of jobs shows it. */
export const Outcome = v.object({ name: Text, state: State, createdAt: Text, scheduledTime: OptionalText });
export type Outcome = v.InferOutput<typeof Outcome>;

export const Job = v.object({
  name: Text,
  app: OptionalText,
  createdAt: Text,
  command: OptionalText,
  resources: v.optional(Resources),
  schedule: v.optional(Schedule),
  trigger: v.optional(Trigger),
  /** Absent of a job that somebody wrote past the API, and that can't run. */
  suspend: v.optional(v.boolean()),
  concurrencyPolicy: OptionalText,
  startingDeadlineSeconds: v.optional(v.number()),
  lastScheduleTime: OptionalText,
  lastSuccessfulTime: OptionalText,
  problems: v.optional(v.array(FieldError)),
  outcomes: v.optional(v.array(Outcome)),
  conditions: v.array(Condition),
});
export type Job = v.InferOutput<typeof Job>;

export const ScheduledJob = v.object({
  ...Job.entries,
  replaced: v.optional(v.object({ cron: Text, timeZone: Text })),
});

export const SuspendedJobs = v.object({ jobs: v.array(Text) });
