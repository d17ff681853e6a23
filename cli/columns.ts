import { ageOf, formatAge } from './api/relative-time.ts';
import type { App, Build, Job, State, Task } from './api/responses.ts';
import type { Column } from './table.ts';

/** Columns of `kf apps`, without instances and routes, which apps do not have here. */
export const appColumns = (now: Date): readonly Column<App>[] => [
  { title: 'Name', value: ({ name }) => name },
  { title: 'Image', value: imageColumn },
  { title: 'Memory', value: ({ resources }) => resources.memory },
  { title: 'Disk', value: ({ resources }) => resources.disk },
  { title: 'CPU', value: ({ resources }) => resources.cpu },
  { title: 'Age', value: ({ createdAt }) => ageOf(createdAt, now) },
  { title: 'Created', value: ({ createdAt }) => createdAt, wide: true },
  { title: 'Command', value: ({ command }) => command, wide: true },
];

/** Image of the app's tasks, or the state of its build where it has no image yet. */
function imageColumn({ image, builtImage, build, problems }: App): string | undefined {
  if (problems !== undefined) return 'invalid';
  return image ?? builtImage?.image ?? (build && `build ${build.state}`);
}

/** Columns of `kf builds`, and the result of each build. */
export const buildColumns = (now: Date): readonly Column<Build>[] => [
  { title: 'Name', value: ({ name }) => name },
  { title: 'State', value: ({ state, phase }) => (phase === undefined ? state : `${state} (${phase})`) },
  { title: 'Age', value: ({ createdAt }) => ageOf(createdAt, now) },
  { title: 'Duration', value: (build) => durationOf(build, now) },
  { title: 'Image', value: ({ image }) => image && shortDigest(image) },
  { title: 'Reason', value: ({ reason }) => reason },
  { title: 'InUse', value: ({ inUse }) => inUse?.toString(), wide: true },
  { title: 'Processes', value: ({ processes }) => processes?.join(', '), wide: true },
  { title: 'Source', value: ({ sha256 }) => sha256, wide: true },
  { title: 'Created', value: ({ createdAt }) => createdAt, wide: true },
  { title: 'Finished', value: ({ finishedAt }) => finishedAt, wide: true },
];

/** Shortens a digest to 12 digits: `sha256:0123456789ab`. */
const shortDigest = (image: string): string => /sha256:[0-9a-f]{12}/.exec(image)?.[0] ?? image;

/** Columns of `kf tasks` and `kf job-history`. */
export const taskColumns = (now: Date): readonly Column<Task>[] => [
  { title: 'Name', value: ({ name }) => name },
  { title: 'ID', value: ({ id }) => id },
  { title: 'DisplayName', value: ({ displayName, name }) => displayName ?? name },
  { title: 'Age', value: ({ createdAt }) => ageOf(createdAt, now) },
  { title: 'Duration', value: (task) => durationOf(task, now) },
  { title: 'Succeeded', value: ({ state }) => SUCCEEDED[state] },
  { title: 'Reason', value: ({ state, reason }) => reason ?? REASON[state] },
  { title: 'State', value: ({ state }) => state, wide: true },
  { title: 'ExitCode', value: ({ exitCode }) => exitCode?.toString(), wide: true },
  { title: 'App', value: ({ app }) => app, wide: true },
  { title: 'Job', value: ({ job }) => job, wide: true },
  { title: 'Created', value: ({ createdAt }) => createdAt, wide: true },
  { title: 'Started', value: ({ startedAt }) => startedAt, wide: true },
  { title: 'Finished', value: ({ finishedAt }) => finishedAt, wide: true },
  { title: 'Command', value: ({ command }) => command, wide: true },
];

/** Status of the Kubernetes condition `Succeeded`, as Kf shows it. */
const SUCCEEDED: Readonly<Record<State, string>> = {
  pending: 'Unknown',
  running: 'Unknown',
  succeeded: 'True',
  failed: 'False',
  cancelled: 'False',
  timedOut: 'False',
};

/** Reasons of tasks that have none of their own. */
const REASON: Readonly<Record<State, string>> = {
  pending: 'Pending',
  running: 'Running',
  succeeded: 'Succeeded',
  failed: 'Failed',
  cancelled: 'Cancelled',
  timedOut: 'Timeout',
};

function durationOf(
  { startedAt, finishedAt }: Pick<Task, 'startedAt' | 'finishedAt'>,
  now: Date,
): string | undefined {
  if (startedAt === undefined) return undefined;
  return formatAge(
    (finishedAt === undefined ? now.getTime() : Date.parse(finishedAt)) - Date.parse(startedAt),
  );
}

/** Columns of `kf jobs` and `kf job-schedules`. */
export const jobColumns = (now: Date): readonly Column<Job>[] => [
  { title: 'Name', value: ({ name }) => name },
  { title: 'Schedule', value: ({ schedule }) => schedule?.cron },
  { title: 'Suspend', value: ({ suspend }) => suspend?.toString() },
  {
    title: 'LastSchedule',
    value: ({ lastScheduleTime }) =>
      lastScheduleTime === undefined ? undefined : ageOf(lastScheduleTime, now),
  },
  { title: 'ConcurrencyPolicy', value: ({ concurrencyPolicy }) => concurrencyPolicy },
  { title: 'Age', value: ({ createdAt }) => ageOf(createdAt, now) },
  { title: 'Ready', value: (job) => readyOf(job)?.status },
  { title: 'Reason', value: (job) => readyOf(job)?.reason },
  { title: 'TimeZone', value: ({ schedule }) => schedule?.timeZone, wide: true },
  { title: 'NextRun', value: ({ schedule }) => schedule?.nextRuns[0], wide: true },
  { title: 'LastRun', value: ({ lastScheduleTime }) => lastScheduleTime, wide: true },
  { title: 'App', value: ({ app }) => app, wide: true },
  { title: 'Created', value: ({ createdAt }) => createdAt, wide: true },
  { title: 'Command', value: ({ command }) => command, wide: true },
];

/** Columns of `triggers`. */
export const triggerColumns = (now: Date): readonly Column<Job>[] => [
  { title: 'Name', value: ({ name }) => name },
  { title: 'Bus', value: ({ trigger }) => trigger?.bus },
  { title: 'Suspend', value: ({ suspend }) => suspend?.toString() },
  { title: 'Triggered', value: (job) => conditionOf(job, 'Triggered')?.status },
  { title: 'Age', value: ({ createdAt }) => ageOf(createdAt, now) },
  { title: 'Pattern', value: patternOf },
  { title: 'App', value: ({ app }) => app, wide: true },
  { title: 'ConcurrencyPolicy', value: ({ concurrencyPolicy }) => concurrencyPolicy, wide: true },
  { title: 'Created', value: ({ createdAt }) => createdAt, wide: true },
  { title: 'Command', value: ({ command }) => command, wide: true },
];

/** Pattern of a job's trigger, as JSON. */
export const patternOf = ({ trigger }: Job): string | undefined => trigger && JSON.stringify(trigger.pattern);

const conditionOf = ({ conditions }: Job, wanted: string) => conditions.find(({ type }) => type === wanted);

const readyOf = (job: Job) => conditionOf(job, 'Ready');
