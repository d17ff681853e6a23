import * as v from 'valibot';
import { type App, type InvalidApp, serializeApp, serializeResources } from '../apps/app.ts';
import type { AppBuild, BuiltImage } from '../builds/build.ts';
import { completionOf } from '../jobs/completion.ts';
import { type InvalidJob, isSynced, type Job, type JobCondition, writtenSpecOf } from '../jobs/job.ts';
import { JobSchedule } from '../jobs/job-schedule.ts';
import { formatDuration, toRfc3339 } from '../platform/quantities.ts';
import { describeAt, repeatNote } from '../schedules/at.ts';
import { parseCron } from '../schedules/cron.ts';
import { describeCron, dialectNote } from '../schedules/describe.ts';
import { nextOccurrence, toSchedule } from '../schedules/occurrences.ts';
import { ownCron, ownSchedule } from '../schedules/own-cron.ts';
import type { Ran } from '../tasks/run.ts';
import { warningsOf } from '../tasks/shell-names.ts';
import type { Task } from '../tasks/task.ts';
import type { Response } from './endpoint.ts';

/** An app as JSON. */
export function presentApp(app: App | InvalidApp) {
  const { space, name, createdAt } = app;
  const warnings = 'spec' in app ? warningsOf(app.spec) : [];
  return 'spec' in app
    ? {
        ...{ space, name, createdAt },
        ...serializeApp(app.spec),
        ...(warnings.length === 0 ? {} : { warnings }),
        ...(app.build === undefined ? {} : { build: presentBuildOf(app.build) }),
        ...(app.built === undefined || app.spec.source === undefined
          ? {}
          : { builtImage: presentBuiltImage(app.built) }),
      }
    : { space, name, createdAt, problems: app.problems };
}

/** The image that an app with a source runs on. The id of its source is left out. */
const presentBuiltImage = ({ id, ...image }: BuiltImage) => image;

/** The newest build of an app. Its internal id is left out. */
const presentBuildOf = ({ id, ...build }: AppBuild) => build;

/** Response for a task: 201 if it was started, 200 if a repeated request found it. */
export const presentStarted = (space: string, { outcome, task, warnings }: Ran): Response => ({
  status: outcome === 'started' ? 201 : 200,
  headers: { location: `/v1/spaces/${space}/tasks/${task.name}` },
  body: { ...task, ...(warnings.length === 0 ? {} : { warnings }) },
  traceparent: task.traceparent,
});

/** Next occurrences in the JSON of one job; a job in a list has one. */
const NEXT_RUNS = 3;

/** A job as JSON, with up to `nextRuns` of its next occurrences. */
export function presentJob(job: Job | InvalidJob, now: Date, nextRuns = NEXT_RUNS) {
  const { space, name, createdAt, status } = job;
  return {
    space,
    name,
    createdAt,
    generation: job.generation,
    ...presentSpec(job, now, nextRuns),
    ...('spec' in job ? {} : { problems: job.problems }),
    ...moment('lastScheduleTime', status.lastScheduleTime),
    ...moment('lastSuccessfulTime', status.lastSuccessfulTime),
    ...moment('lastFailureTime', status.lastFailureTime),
    ...(status.consecutiveFailures === undefined ? {} : { consecutiveFailures: status.consecutiveFailures }),
    conditions: status.conditions.map(presentCondition),
  };
}

/** An item of a list of jobs: without variables, and with its newest tasks where the request has `outcomes`. */
export const presentJobRow =
  (now: Date) =>
  ({ job, outcomes }: { job: Job | InvalidJob; outcomes?: readonly Task[] | undefined }) => {
    const { env, ...row } = presentJob(job, now, 1);
    return {
      ...row,
      ...(outcomes === undefined ? {} : { outcomes: outcomes.map(presentOutcome) }),
    };
  };

/** A task of a job in a list. Reason and exit code are left out: they may not have been read. */
const presentOutcome = ({ name, state, createdAt, scheduledTime }: Task) => ({
  name,
  state,
  createdAt,
  ...(scheduledTime === undefined ? {} : { scheduledTime }),
});

/** A schedule as the user wrote it. */
export const presentSchedule = ({ cron, at, timeZone }: AnySchedule) => ({
  ...(cron === undefined ? {} : { cron }),
  ...(at === undefined ? {} : { at }),
  timeZone,
});

/** A schedule, or what can be read of an invalid one. */
type AnySchedule = NonNullable<ReturnType<typeof writtenSpecOf>['schedule']>;

function presentSpec(job: Job | InvalidJob, now: Date, nextRuns: number) {
  const { app, command, resources = {}, timeout, expectWithin, schedule, ...rest } = writtenSpecOf(job);
  const own = serializeResources(resources);
  return {
    ...(app === undefined ? {} : { app }),
    ...(command === undefined ? {} : { command }),
    // A patch that removes the last of them leaves an empty object.
    ...(Object.keys(own).length === 0 ? {} : { resources: own }),
    ...(timeout === undefined ? {} : { timeout: formatDuration(timeout) }),
    ...(expectWithin === undefined ? {} : { expectWithin: formatDuration(expectWithin) }),
    ...('spec' in job && job.spec.schedule !== undefined
      ? { schedule: presentActiveSchedule(job, job.spec.schedule, now, nextRuns) }
      : schedule && { schedule: presentWritten(job, schedule) }),
    ...rest,
  };
}

/** The schedule of an invalid job, as it was written; it has no next run. */
function presentWritten(job: Job | InvalidJob, written: AnySchedule) {
  const schedule = v.safeParse(JobSchedule, { ...written, timeZone: 'UTC' });
  return {
    ...presentSchedule(written),
    ...(schedule.success ? { description: describeOwn(job, schedule.output) } : {}),
    nextRuns: [],
  };
}

/** Description of a job's schedule, marked where its cron has H: "At 02:37 (H)". */
function describeOwn(job: Job | InvalidJob, schedule: JobSchedule): string {
  if (schedule.at !== undefined) return describeAt(schedule.at);
  const own = ownCron(schedule.cron, job);
  return `${describeCron(parseCron(own))}${own === schedule.cron ? '' : ' (H)'}`;
}

/** Note on where a schedule may be read otherwise. */
const noteOf = ({ cron, at, timeZone }: JobSchedule): string | undefined =>
  cron === undefined ? repeatNote(at, timeZone) : dialectNote(parseCron(cron));

/** The schedule with its description and next occurrences; once it is active, with its driver and since when. */
function presentActiveSchedule(job: Job, schedule: JobSchedule, now: Date, nextRuns: number) {
  const active = isSynced(job) ? job.status.schedule : undefined;
  const own = ownSchedule(schedule, job);
  const note = noteOf(own);
  const isOver = completionOf(job) !== undefined;
  return {
    ...presentSchedule(schedule),
    description: describeOwn(job, schedule),
    ...(note === undefined ? {} : { note }),
    nextRuns: job.spec.suspend || isOver ? [] : nextTimes(own, now, nextRuns),
    ...(active === undefined || isOver ? {} : { driver: active.driver }),
    ...(active === undefined ? {} : { since: toRfc3339(active.since) }),
  };
}

function nextTimes(schedule: JobSchedule, now: Date, count: number): string[] {
  const times: string[] = [];
  let next = nextOccurrence(toSchedule(schedule), now);
  while (next !== undefined && times.length < count) {
    times.push(toRfc3339(next));
    next = nextOccurrence(toSchedule(schedule), next);
  }
  return times;
}

const presentCondition = ({ lastTransitionTime, observedGeneration, ...condition }: JobCondition) => ({
  ...condition,
  lastTransitionTime: toRfc3339(lastTransitionTime),
  ...(observedGeneration === undefined ? {} : { observedGeneration }),
});

const moment = <K extends string>(key: K, date: Date | undefined) =>
  date === undefined ? {} : { [key]: toRfc3339(date) };
