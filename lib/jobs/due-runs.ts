import {
  nextOccurrence,
  occurrencesBetween,
  previousOccurrence,
  type Schedule,
  toSchedule,
} from '../schedules/occurrences.ts';
import type { Job } from './job.ts';

/** What of a job decides which of its runs are due. */
export type ScheduledJob = {
  /** Absent: the job is not scheduled, or its new schedule is not synced yet. `since`: when it was set. */
  readonly schedule?: (Schedule & { readonly since: Date }) | undefined;
  /** The newest occurrence that ran. It only moves forward. */
  readonly lastScheduleTime?: Date | undefined;
  /** An occurrence older than this does not run. Absent: the newest one runs however late. */
  readonly startingDeadlineSeconds?: number | undefined;
  readonly suspend: boolean;
};

/** What is due, or why nothing is. `oldest`: the first occurrence that has not run, due or not. */
export type Due =
  | { readonly outcome: 'due'; readonly occurrences: readonly Date[]; readonly oldest: Date }
  | { readonly outcome: 'notScheduled' | 'suspended' | 'notDue' }
  | { readonly outcome: 'tooLate'; readonly occurrence: Date; readonly oldest: Date };

/**
 * A rule fires anywhere within its minute and its event may take another: up to two minutes are lateness, and each
 * occurrence runs. More is an outage, and only the newest does.
 */
const LATENESS_MS = 120_000;

/** A fire may be this far ahead of this machine's clock; more is no fire of a clock that can be trusted. */
const AHEAD_MS = 120_000;

/**
 * The occurrences that are to run now, oldest first. To be asked as often as one likes: a fire that comes late,
 * twice, for nothing (a zoned rule) or for a schedule that is gone, and the reconcile, all ask this.
 *
 * Nothing from before the schedule was set is due, nothing up to the last run (also when the clock has gone back
 * behind it), and nothing past its deadline. The deadline does not turn an outage into lateness: of an every-minute
 * job with a deadline of 100 seconds still only the newest occurrence runs after a day.
 */
export function dueRuns(job: ScheduledJob, now: Date): Due {
  const { schedule, lastScheduleTime } = job;
  if (schedule === undefined) return { outcome: 'notScheduled' };
  if (job.suspend) return { outcome: 'suspended' };

  const beforeSet = schedule.since.getTime() - 1;
  const oldest = nextOccurrence(
    schedule,
    new Date(Math.max(beforeSet, lastScheduleTime?.getTime() ?? beforeSet)),
  );
  if (oldest === undefined || oldest > now) return { outcome: 'notDue' };

  const late = now.getTime() - oldest.getTime() <= LATENESS_MS;
  const newest = previousOccurrence(schedule, now) ?? oldest;
  const missed = late ? [...occurrencesBetween(schedule, oldest, newest)] : [newest];
  const earliest = now.getTime() - (job.startingDeadlineSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  const occurrences = missed.filter((occurrence) => occurrence.getTime() >= earliest);
  if (occurrences.length === 0) return { outcome: 'tooLate', occurrence: newest, oldest };
  return { outcome: 'due', occurrences, oldest };
}

/** Occurrences of a job that are due by the schedule that is active, with those of {@link dueRuns}. */
export const dueOf = ({ spec, status: { schedule, lastScheduleTime } }: Job, now: Date): Due =>
  dueRuns(
    {
      schedule: schedule && { ...toSchedule(schedule), since: schedule.since },
      lastScheduleTime,
      startingDeadlineSeconds: spec.startingDeadlineSeconds,
      suspend: spec.suspend,
    },
    now,
  );

/**
 * The moment that a fire asks about: the later of this machine's clock and the rule's time, since the clock may be
 * behind the minute that the rule fired for. At most two minutes ahead of the clock.
 */
export const nowOfTrigger = (clock: Date, ruleTime: Date): Date =>
  new Date(Math.max(clock.getTime(), Math.min(ruleTime.getTime(), clock.getTime() + AHEAD_MS)));
