import { parseCron } from '../domain/cron.ts';
import { describeCron } from '../domain/cron-describe.ts';
import {
  type BrokenJob,
  isSynced,
  type Job,
  type JobCondition,
  type JobSchedule,
  toSchedule,
} from '../domain/job.ts';
import { formatMoment } from '../domain/moments.ts';
import { nextOccurrence } from '../domain/occurrences.ts';
import { spellResources } from '../domain/spelling.ts';
import type { Task } from '../domain/task.ts';

/** Occurrences that are shown of one job; each in a list shows one. */
const NEXT_RUNS = 3;

/** A job as JSON. `nextRuns`: how many of its next occurrences are shown. */
export function presentJob(job: Job | BrokenJob, now: Date, nextRuns = NEXT_RUNS) {
  const { space, name, createdAt, status } = job;
  return {
    space,
    name,
    createdAt,
    ...('spec' in job ? presentSpec(job, now, nextRuns) : presentProblems(job)),
    ...moment('lastScheduleTime', status.lastScheduleTime),
    ...moment('lastSuccessfulTime', status.lastSuccessfulTime),
    conditions: status.conditions.map(presentCondition),
  };
}

const presentProblems = ({ app, problems }: BrokenJob) => ({
  ...(app === undefined ? {} : { app }),
  problems,
});

/** A row of a list of jobs. */
export const presentJobRow =
  (now: Date) =>
  ({ job, outcomes }: { job: Job | BrokenJob; outcomes?: readonly Task[] | undefined }) => ({
    ...presentJob(job, now, 1),
    ...(outcomes === undefined ? {} : { outcomes: outcomes.map(presentOutcome) }),
  });

/** No reason and no exit code: they may not have been read. */
const presentOutcome = ({ name, state, createdAt, scheduledTime }: Task) => ({
  name,
  state,
  createdAt,
  ...(scheduledTime === undefined ? {} : { scheduledTime }),
});

/** A schedule as a user wrote it. */
export const presentSchedule = ({ cron, timeZone }: JobSchedule) => ({ cron, timeZone });

function presentSpec(job: Job, now: Date, nextRuns: number) {
  const { app, command, resources, schedule, ...rest } = job.spec;
  return {
    app,
    ...(command === undefined ? {} : { command }),
    ...(resources === undefined ? {} : { resources: spellResources(resources) }),
    ...(schedule === undefined ? {} : { schedule: presentForce(job, schedule, now, nextRuns) }),
    ...rest,
  };
}

/** The schedule with what it means; what wakes it, and since when, once it is in force. */
function presentForce(job: Job, schedule: JobSchedule, now: Date, nextRuns: number) {
  const inForce = isSynced(job) ? job.status.schedule : undefined;
  return {
    ...presentSchedule(schedule),
    description: describeCron(parseCron(schedule.cron)),
    nextRuns: job.spec.suspend ? [] : nextMoments(schedule, now, nextRuns),
    ...(inForce === undefined ? {} : { driver: inForce.driver, since: formatMoment(inForce.since) }),
  };
}

function nextMoments(schedule: JobSchedule, now: Date, count: number): string[] {
  const moments: string[] = [];
  let next = nextOccurrence(toSchedule(schedule), now);
  while (next !== undefined && moments.length < count) {
    moments.push(formatMoment(next));
    next = nextOccurrence(toSchedule(schedule), next);
  }
  return moments;
}

const presentCondition = ({ type, status, reason, message, lastTransitionTime }: JobCondition) => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: formatMoment(lastTransitionTime),
});

const moment = <K extends string>(key: K, date: Date | undefined) =>
  date === undefined ? {} : { [key]: formatMoment(date) };
