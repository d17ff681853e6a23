import {
  nextOccurrence,
  previousOccurrence,
  type ScheduleSpec,
  toSchedule,
} from '../schedules/occurrences.ts';

/** Occurrences of a job that no task was started for, and never will be. */
export type Missed = {
  /** The first of them; equal to `newest` where there is only one. */
  readonly oldest: Date;
  readonly newest: Date;
  /**
   * Reason of the newest. `TooLate`: past the starting deadline. `NameTaken`: another run has its name.
   * `Superseded`: a newer one ran.
   */
  readonly reason: 'TooLate' | 'NameTaken' | 'Superseded';
  /** The event `Run Missed` was published. */
  readonly reported?: boolean | undefined;
};

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
