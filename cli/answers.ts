import * as v from 'valibot';

/** What the command line reads of the answers. Fields beside these are kept for `-o json`. */
const Text = v.string();
const OptionalText = v.optional(v.string());

const Resources = v.object({ cpu: OptionalText, memory: OptionalText, disk: OptionalText });

export const App = v.object({
  name: Text,
  createdAt: Text,
  image: OptionalText,
  command: OptionalText,
  resources: v.optional(Resources, {}),
  /** Of an app that somebody wrote past the API, and that no task can run on. */
  problems: v.optional(v.array(v.unknown())),
});
export type App = v.InferOutput<typeof App>;

export const State = v.picklist(['pending', 'running', 'succeeded', 'failed', 'cancelled', 'timedOut']);
export type State = v.InferOutput<typeof State>;

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
});
export type Task = v.InferOutput<typeof Task>;

export const LogPart = v.object({ state: State, log: Text, cursor: OptionalText, more: v.boolean() });

const Condition = v.object({ type: Text, status: Text, reason: Text, message: Text });
export type Condition = v.InferOutput<typeof Condition>;

const Trigger = v.object({ bus: Text, pattern: v.record(v.string(), v.unknown()) });

const Schedule = v.object({
  cron: Text,
  timeZone: Text,
  description: Text,
  nextRuns: v.array(Text),
});

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
  lastScheduleTime: OptionalText,
  conditions: v.array(Condition),
});
export type Job = v.InferOutput<typeof Job>;

export const ScheduledJob = v.object({
  ...Job.entries,
  replaced: v.optional(v.object({ cron: Text, timeZone: Text })),
});

export const SuspendedJobs = v.object({ jobs: v.array(Text) });
