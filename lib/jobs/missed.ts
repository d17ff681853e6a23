import type { Missed } from '../events/outbound-events.ts';
import { nextOccurrence, previousOccurrence } from '../schedules/occurrences.ts';
import { type JobStatus, toSchedule } from './job.ts';

/**
 * The occurrences before `occurrence` that were passed over when it was started, and none of which starts any more: all
 * but the newest after an outage, or after Forbid's wait, or where Replace had several. `undefined` when there are none
 * but those that are known.
 */
export function passedOver(status: JobStatus, occurrence: Date): Missed | undefined {
  const { schedule, lastScheduleTime, missed } = status;
  if (schedule === undefined) return undefined;
  const known = [schedule.since.getTime() - 1, lastScheduleTime?.getTime(), missed?.newest.getTime()];
  const last = Math.max(...known.filter((time) => time !== undefined));
  const times = toSchedule(schedule);
  const oldest = nextOccurrence(times, new Date(last));
  if (oldest === undefined || oldest >= occurrence) return undefined;
  const newest = previousOccurrence(times, new Date(occurrence.getTime() - 1)) ?? oldest;
  return { oldest, newest, reason: 'Superseded' };
}

/** What was missed before and is untold, with what is missed now: one event tells of both. */
export function withMissed(before: JobStatus['missed'], now: Missed | undefined): Missed | undefined {
  if (now === undefined) return undefined;
  if (before === undefined || before.reported) return now;
  return { ...now, oldest: new Date(Math.min(before.oldest.getTime(), now.oldest.getTime())) };
}
