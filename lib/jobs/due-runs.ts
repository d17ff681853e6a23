import {
  nextOccurrence,
  occurrencesBetween,
  previousOccurrence,
  type Schedule,
  type ScheduleSpec,
  toSchedule,
} from '../schedules/occurrences.ts';
import type { Job, Missed } from './job.ts';

/** Fields of a job that decide which of its occurrences are due. */
export type ScheduledJob = {
  /** Active schedule, and the time it was set. Absent: none, or a new one that is not synced yet. */
  readonly schedule?: (Schedule & { readonly since: Date }) | undefined;
  /** Newest occurrence that ran. It only moves forward. */
  readonly lastScheduleTime?: Date | undefined;
  /** Age, in seconds, from which an occurrence does not run. Absent: the newest one runs at any age. */
  readonly startingDeadlineSeconds?: number | undefined;
  readonly suspend: boolean;
};

/** Due occurrences, or the reason why there are none. `oldest`: the first occurrence that has not run, due or not. */
export type Due =
  | { readonly outcome: 'due'; readonly occurrences: readonly Date[]; readonly oldest: Date }
  | { readonly outcome: 'notScheduled' | 'suspended' | 'notDue' }
  | { readonly outcome: 'tooLate'; readonly occurrence: Date; readonly oldest: Date };

/**
 * Age, in ms, up to which an occurrence is merely late, and each one runs: a rule fires anywhere within its minute, and its
 * event may take another. Beyond it there was an outage, and only the newest occurrence runs.
 */
const LATENESS_MS = 120_000;

/** Longest time, in ms, by which a rule's clock may be ahead of this machine's. */
const AHEAD_MS = 120_000;

/**
 * Decides which occurrences run now, oldest first. Pure and idempotent: late, duplicate and spurious triggers (of a rule with
 * a time zone, or of a schedule that was replaced) and the reconcile all use it.
 *
 * Never due: occurrences from before the schedule was set, up to the last run (even when the clock went back behind it), and
 * past the starting deadline. The deadline does not make an outage mere lateness: after a day only the newest occurrence of
 * an every-minute job with a deadline of 100 seconds runs.
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

/** Due occurrences of a stored job, by its active schedule. */
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
 * Current time for a trigger: the later of this machine's clock and the rule's time, since the clock may be behind the
 * minute of the rule. At most two minutes ahead of the clock.
 */
export const nowOfTrigger = (clock: Date, ruleTime: Date): Date =>
  new Date(Math.max(clock.getTime(), Math.min(ruleTime.getTime(), clock.getTime() + AHEAD_MS)));

/** Fields of a job's status that say which occurrences are accounted for. */
type Accounted = {
  readonly schedule?: (ScheduleSpec & { readonly since: Date }) | undefined;
  readonly lastScheduleTime?: Date | undefined;
  readonly missed?: Missed | undefined;
};

/**
 * Occurrences that a start of `occurrence` skips for good: all older ones after an outage, after Forbid's wait, or where
 * Replace had several. `undefined` when all of them ran or are in `missed` already.
 */
export function passedOver(
  { schedule, lastScheduleTime, missed }: Accounted,
  occurrence: Date,
): Missed | undefined {
  if (schedule === undefined) return undefined;
  const known = [schedule.since.getTime() - 1, lastScheduleTime?.getTime(), missed?.newest.getTime()];
  const last = Math.max(...known.filter((time) => time !== undefined));
  const times = toSchedule(schedule);
  const oldest = nextOccurrence(times, new Date(last));
  if (oldest === undefined || oldest >= occurrence) return undefined;
  const newest = previousOccurrence(times, new Date(occurrence.getTime() - 1)) ?? oldest;
  return { oldest, newest, reason: 'Superseded' };
}

/** Missed occurrences that are not reported yet, merged with those missed now: one event reports both. */
export function withMissed(before: Missed | undefined, now: Missed | undefined): Missed | undefined {
  if (now === undefined) return undefined;
  if (before === undefined || before.reported) return now;
  return { ...now, oldest: new Date(Math.min(before.oldest.getTime(), now.oldest.getTime())) };
}
