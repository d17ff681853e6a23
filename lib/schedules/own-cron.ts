import { hashOf } from '../platform/names.ts';
import { plainCron } from './hashed-cron.ts';
import type { ScheduleSpec } from './occurrences.ts';

/** Hex digits of a hash: 48 bits, which a number holds exactly. */
const DIGITS = 12;

/**
 * Cron of a job: its values for H follow from SHA-256 over space, job and field, so that a job never moves, and a thousand
 * jobs do not start in one minute. Throws `invalid` for an H that can't be read.
 */
export const ownCron = (
  cron: string,
  { space, name }: { readonly space: string; readonly name: string },
): string =>
  plainCron(cron, (field, count) => Number.parseInt(hashOf([space, name, field], DIGITS), 16) % count);

/** Schedule of a job with its {@link ownCron}; one that is due once is returned as it is. */
export const ownSchedule = (
  schedule: ScheduleSpec,
  job: { readonly space: string; readonly name: string },
): ScheduleSpec =>
  schedule.cron === undefined ? schedule : { ...schedule, cron: ownCron(schedule.cron, job) };
