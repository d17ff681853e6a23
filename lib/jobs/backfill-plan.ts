import { conflict, invalid } from '../platform/errors.ts';
import { occurrenceId, taskName } from '../platform/names.ts';
import { toSchedule } from '../schedules/occurrences.ts';
import { ownSchedule } from '../schedules/own-cron.ts';
import { backfillMarkOf } from '../tasks/backfill.ts';
import type { RunRow } from '../tasks/runs.ts';
import { annotatedTime, isActive, isBackfill, isVerified } from '../tasks/task.ts';
import { MAX_OCCURRENCES, occurrencesIn, type Range, rangeOf, type WrittenRange } from './backfill-range.ts';
import { dueOf } from './due-runs.ts';
import type { Job } from './job.ts';
import type { JobSchedule } from './job-schedule.ts';

/** Request of a backfill. */
export type BackfillRequest = WrittenRange & {
  readonly maxRunning?: number | undefined;
  readonly again: boolean;
};

/** Occurrence of a backfill with the name of its run. */
export type PlannedRun = {
  readonly occurrence: Date;
  readonly task: string;
  /**
   * `create`; `kept`: its run is there; `scheduled`: due, so the schedule runs it; `needsAgain`: older than the oldest run that
   * is kept, so it may have run before.
   */
  readonly action: 'create' | 'kept' | 'scheduled' | 'needsAgain';
  /** Older than the oldest run that is kept. */
  readonly isOlder: boolean;
};

export type BackfillPlan = Range & { readonly maxRunning: number; readonly runs: readonly PlannedRun[] };

/** Runs of a job's backfills that are active at a time, unless the request has a limit. */
const DEFAULT_MAX_RUNNING = 10;

/**
 * Plans a backfill. `kept`: all runs of the job that are kept. Pure. Throws `invalid` for a job without a cron, a period that
 * has more than 500 occurrences or none that can be, and a limit above 1 of a job with Forbid; `conflict` where the job would
 * have more than 500 runs of backfills that have not ended.
 */
export function planBackfill(
  job: Job,
  kept: readonly RunRow[],
  request: BackfillRequest,
  now: Date,
): BackfillPlan {
  const { concurrencyPolicy } = job.spec;
  const schedule = recurringOf(job);
  const maxRunning = request.maxRunning ?? (concurrencyPolicy === 'Forbid' ? 1 : DEFAULT_MAX_RUNNING);
  if (concurrencyPolicy === 'Forbid' && maxRunning > 1)
    throw invalid({
      field: 'maxRunning',
      message: `Job "${job.name}" has the policy Forbid, which runs one at a time: 1, or leave it out.`,
    });
  const range = rangeOf(request, schedule.timeZone, now);
  const occurrences = occurrencesIn(toSchedule(ownSchedule(schedule, job)), range);
  const runs = planRuns(job, kept, occurrences, { again: request.again, now });
  refuseTooMany(job, kept, runs);
  return { ...range, maxRunning, runs };
}

/** Schedule of a job that has occurrences again and again. */
function recurringOf({ name, spec: { schedule } }: Job): JobSchedule {
  if (schedule?.cron !== undefined) return schedule;
  const lacks =
    schedule === undefined
      ? 'has no schedule, and so no occurrences'
      : 'runs once, and has no other occurrence';
  const message = `Job "${name}" ${lacks}: schedule it first, or run it with run-job.`;
  throw invalid({ field: 'job', message });
}

function planRuns(
  job: Job,
  kept: readonly RunRow[],
  occurrences: readonly Date[],
  { again, now }: { readonly again: boolean; readonly now: Date },
): readonly PlannedRun[] {
  const own = kept.filter((row) => row.ownerUid === job.uid && isVerified(row));
  const there = new Map(own.map((row) => [row.name, annotatedTime(row, 'scheduledTime')]));
  const due = dueOf(job, now);
  const scheduled = [...(due.outcome === 'due' ? due.occurrences : []), job.status.lease?.occurrence];
  const oldest = oldestKept(job, own);
  return occurrences.map((occurrence) => {
    const task = taskName(job.name, occurrenceId(occurrence));
    const isOlder = occurrence.getTime() < oldest;
    const isKept = isSameTime(occurrence, new Date(there.get(task) ?? ''));
    const isScheduled = scheduled.some((time) => isSameTime(occurrence, time));
    const rest = isOlder && !again ? 'needsAgain' : 'create';
    return { occurrence, task, isOlder, action: isKept ? 'kept' : isScheduled ? 'scheduled' : rest };
  });
}

const isSameTime = (occurrence: Date, other: Date | undefined): boolean =>
  occurrence.getTime() === other?.getTime();

/**
 * Time in ms from which on the runs of a job are kept: before it prune may have deleted the run of an occurrence. Runs that were
 * made though they are older say nothing of others.
 */
function oldestKept({ status }: Job, own: readonly RunRow[]): number {
  const times = own.flatMap((row) => {
    const time = annotatedTime(row, 'scheduledTime');
    const isAgain = isBackfill(row) && backfillMarkOf(row).again;
    return time === undefined || isAgain ? [] : [Date.parse(time)];
  });
  // Without a run, as after a restore of the Job from a backup, it is known only what ran last.
  const last = status.lastScheduleTime?.getTime();
  return times.length === 0 ? (last ?? Number.NEGATIVE_INFINITY) + 1 : Math.min(...times);
}

function refuseTooMany(job: Job, kept: readonly RunRow[], runs: readonly PlannedRun[]): void {
  const active = kept.filter((row) => row.ownerUid === job.uid && isBackfill(row) && isActive(row)).length;
  const more = runs.filter(({ action }) => action === 'create').length;
  if (more === 0 || active + more <= MAX_OCCURRENCES) return;
  throw conflict(
    `Job "${job.name}" has ${active} runs of backfills that have not ended; with these ${more} it would have more than ` +
      `${MAX_OCCURRENCES}. Choose a shorter period, wait for them, or end them with cancel-backfill.`,
  );
}
