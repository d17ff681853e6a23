import { overridesText } from './api/overrides-text.ts';
import { ageOf, clockTime, formatAge } from './api/relative-time.ts';
import type { App, Build, Condition, Job, State, Task } from './api/responses.ts';
import { scheduleText } from './api/schedule-text.ts';
import type { Column } from './table.ts';
import type { Context } from './verb.ts';

/** Present, and the one time zone of a table. */
type Clock = Pick<Context, 'now' | 'timeZone'>;

/** Wide column of a time, whose title names its zone. */
const timeColumn = <T>(
  title: string,
  { timeZone }: Clock,
  time: (row: T) => string | undefined,
): Column<T> => ({
  title: `${title} (${timeZone})`,
  value: (row) => {
    const found = time(row);
    return found && clockTime(found, timeZone);
  },
  wide: true,
});

const nameColumn = { title: 'Name', value: ({ name }: { readonly name: string }) => name };

const ageColumn = ({ now }: Clock) => ({
  title: 'Age',
  value: ({ createdAt }: { readonly createdAt: string }) => ageOf(createdAt, now()),
});

const createdColumn = (clock: Clock) =>
  timeColumn<{ readonly createdAt: string }>('Created', clock, ({ createdAt }) => createdAt);

/** Columns of `kf apps`, without instances and routes, which apps do not have here. */
export const appColumns = (clock: Clock): readonly Column<App>[] => [
  nameColumn,
  { title: 'Memory', value: ({ resources }) => resources.memory },
  { title: 'Disk', value: ({ resources }) => resources.disk },
  { title: 'CPU', value: ({ resources }) => resources.cpu },
  ageColumn(clock),
  createdColumn(clock),
  { title: 'Command', value: ({ command }) => command, wide: true },
  { title: 'Image', value: imageColumn },
];

/** Image of the app's tasks, or the state of its build where it has no image yet. */
function imageColumn({ image, builtImage, build, problems }: App): string | undefined {
  if (problems !== undefined) return 'invalid';
  return image ?? builtImage?.image ?? (build && `build ${build.state}`);
}

/** Columns of `builds`. */
export const buildColumns = (clock: Clock): readonly Column<Build>[] => [
  nameColumn,
  { title: 'State', value: ({ state, phase }) => (phase === undefined ? state : `${state} (${phase})`) },
  ageColumn(clock),
  durationColumn(clock),
  { title: 'Image', value: ({ image }) => image && shortDigest(image), wide: true },
  { title: 'InUse', value: ({ inUse }) => inUse?.toString(), wide: true },
  { title: 'Processes', value: ({ processes }) => processes?.join(', '), wide: true },
  { title: 'Source', value: ({ sha256 }) => sha256, wide: true },
  createdColumn(clock),
  timeColumn('Finished', clock, ({ finishedAt }) => finishedAt),
  { title: 'Reason', value: ({ reason }) => reason },
];

/** Shortens a digest to 12 digits: `sha256:0123456789ab`. */
const shortDigest = (image: string): string => /sha256:[0-9a-f]{12}/.exec(image)?.[0] ?? image;

/** Columns of `tasks` and `job-history`: those that Kf shows, and what a task ran. */
export const taskColumns = (clock: Clock): readonly Column<Task>[] => [
  nameColumn,
  { title: 'State', value: ({ state }) => state },
  { title: 'ExitCode', value: ({ exitCode }) => exitCode?.toString() },
  ageColumn(clock),
  { ...durationColumn(clock), wide: true },
  { title: 'Reason', value: reasonOf, wide: true },
  { title: 'ID', value: ({ id }) => id, wide: true },
  { title: 'DisplayName', value: ({ displayName }) => displayName, wide: true },
  { title: 'App', value: ({ app }) => app, wide: true },
  { title: 'Job', value: ({ job }) => job, wide: true },
  {
    title: 'Backfill',
    value: ({ backfill, scheduledTime }) => (backfill === true ? scheduledTime : undefined),
    wide: true,
  },
  createdColumn(clock),
  timeColumn('Started', clock, ({ startedAt }) => startedAt),
  timeColumn('Finished', clock, ({ finishedAt }) => finishedAt),
  { title: 'RequestedBy', value: requesterColumn, wide: true },
  { title: 'Overrides', value: ({ overrides }) => overridesText(overrides), wide: true },
  { title: 'Command', value: ({ command }) => command },
];

/** Reasons that say no more than the state. */
const PLAIN_REASONS: Readonly<Partial<Record<State, string>>> = {
  failed: 'Error',
  cancelled: 'Cancelled',
  timedOut: 'Timeout',
};

/** Reason of a task's state, where it says more than the state, such as `OOMKilled`. */
export const reasonOf = ({ state, reason }: Pick<Task, 'state' | 'reason'>): string | undefined =>
  reason === PLAIN_REASONS[state] ? undefined : reason;

/** Caller of a task, with a mark where its run was not created by Taskbridge. */
const requesterColumn = ({ requestedBy, unverified }: Task): string | undefined =>
  unverified === true ? `${requestedBy ?? 'unknown'} (unverified)` : requestedBy;

const durationColumn = ({ now }: Clock) => ({
  title: 'Duration',
  value: ({ startedAt, finishedAt }: Pick<Task, 'startedAt' | 'finishedAt'>) =>
    startedAt && ageOf(startedAt, finishedAt === undefined ? now() : new Date(finishedAt)),
});

/** Columns of `jobs` and `job-schedules`. The schedule is last, as it may be cut. */
export const jobColumns = (clock: Clock): readonly Column<Job>[] => [
  nameColumn,
  readyColumn,
  lastRunColumn,
  healthyColumn,
  { title: 'NextRun', value: ({ schedule }) => timeUntil(schedule?.nextRuns[0], clock) },
  ...policyColumns,
  {
    title: 'LastSchedule',
    value: ({ lastScheduleTime }) => lastScheduleTime && ageOf(lastScheduleTime, clock.now()),
    wide: true,
  },
  { ...ageColumn(clock), wide: true },
  createdColumn(clock),
  {
    title: `NextRuns (${clock.timeZone})`,
    value: ({ schedule }) =>
      schedule?.nextRuns.map((time) => clockTime(time, clock.timeZone)).join(', ') || undefined,
    wide: true,
  },
  { title: 'Conditions', value: failingOf, wide: true },
  { title: 'Command', value: ({ command }) => command, wide: true },
  { title: 'Schedule', value: ({ schedule }) => schedule && scheduleText(schedule) },
];

/** Columns of `triggers`. */
export const triggerColumns = (clock: Clock): readonly Column<Job>[] => [
  nameColumn,
  readyColumn,
  lastRunColumn,
  { title: 'Bus', value: ({ trigger }) => trigger?.bus },
  ...policyColumns,
  { title: 'Triggered', value: (job) => conditionOf(job, 'Triggered')?.status, wide: true },
  { ...ageColumn(clock), wide: true },
  createdColumn(clock),
  { title: 'Command', value: ({ command }) => command, wide: true },
  { title: 'Pattern', value: patternOf },
];

/** `True`, or the reason why a job does not run. */
const readyColumn: Column<Job> = {
  title: 'Ready',
  value: (job) => {
    const ready = conditionOf(job, 'Ready');
    return ready?.status === 'True' ? ready.status : ready?.reason;
  },
};

/** `True`, or why the newest task failed and how many did in a row; nothing until a task has ended. */
const healthyColumn: Column<Job> = {
  title: 'Healthy',
  value: (job) => {
    const healthy = conditionOf(job, 'Healthy');
    if (healthy?.status !== 'False') return healthy?.status;
    const failures = job.consecutiveFailures ?? 0;
    return failures > 1 ? `${healthy.reason} (${failures})` : healthy.reason;
  },
};

/** State of a job's newest task. */
const lastRunColumn: Column<Job> = { title: 'LastRun', value: ({ outcomes }) => outcomes?.[0]?.state };

const policyColumns: readonly Column<Job>[] = [
  { title: 'Suspend', value: ({ suspend }) => suspend?.toString(), wide: true },
  { title: 'ConcurrencyPolicy', value: ({ concurrencyPolicy }) => concurrencyPolicy, wide: true },
  { title: 'App', value: ({ app }) => app, wide: true },
];

const timeUntil = (time: string | undefined, { now }: Clock): string | undefined =>
  time && `in ${formatAge(Date.parse(time) - now().getTime())}`;

/** Pattern of a job's trigger, as JSON. */
export const patternOf = ({ trigger }: Job): string | undefined =>
  trigger?.pattern && JSON.stringify(trigger.pattern);

/** Conditions of a job. One that is invalid is not ready, before the reconcile has said so too. */
function conditionsOf({ conditions, problems }: Job): readonly Condition[] {
  if (problems === undefined || conditions.some(({ reason }) => reason === 'Invalid')) return conditions;
  const message = problems.map(({ field, message: why }) => `${field}: ${why}`).join('; ');
  const invalid = { type: 'Ready', status: 'False', reason: 'Invalid', message };
  return [invalid, ...conditions.filter(({ type }) => type !== 'Ready')];
}

const conditionOf = (job: Job, wanted: string) => conditionsOf(job).find(({ type }) => type === wanted);

/** Conditions that are not True, with their messages. */
function failingOf(job: Job): string | undefined {
  const failing = conditionsOf(job).filter(({ status }) => status !== 'True');
  if (failing.length === 0) return undefined;
  return failing.map(({ type, status, message }) => `${type}=${status}: ${message}`).join(' ');
}
