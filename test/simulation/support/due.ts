import type { History, Invocation, JobHistory, Period } from './history.ts';
import type { Calendar } from './plans.ts';

/** Limit of lateness, in ms: a later start is due to an outage. */
export const LATENESS_MS = 120_000;

/** Period with one schedule of a job, for the oracle. */
export type Segment = {
  readonly period: Period;
  /** Time from which each due minute must run: before it the schedule may not be active yet. */
  readonly activeFrom: number;
  /** Time of the next change of the spec, or the end. */
  readonly until: number;
  /** Due minutes of its schedule, ascending, from `period.since` to `until`: none but these may run. */
  readonly allowed: readonly number[];
  /** Its due minutes in the whole time of the simulation. */
  readonly everyTime: readonly number[];
};

/** Due times of a job, found by walking minute by minute through the clock of its zone. */
export function segmentsOf(
  job: JobHistory,
  history: History,
  calendar: Calendar,
  end: number,
): readonly Segment[] {
  return job.periods.map((period, index) => {
    const until = job.periods[index + 1]?.from ?? job.deleted ?? end;
    const times = period.schedule === undefined ? [] : calendar.dueTimes(period.schedule);
    return {
      period,
      activeFrom: inForceFrom(period, history.reconciles),
      until,
      everyTime: times,
      allowed: times.slice(firstIndex(times, period.since), firstIndex(times, until)),
    };
  });
}

/**
 * A schedule is active once the function that wrote it has ended, or a reconcile that began after the write: both
 * healthy. A write by kubectl waits for the reconcile.
 */
function inForceFrom({ from, by }: Period, reconciles: readonly Invocation[]): number {
  const isSynced = by?.kind === 'user' && by.isHealthy;
  const own = isSynced ? (by.ended ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  const synced = reconciles.find(({ began, isHealthy }) => began >= from && isHealthy);
  return Math.min(own, synced?.ended ?? Number.POSITIVE_INFINITY);
}

/** Index of the first of ascending numbers that is at least `least`. */
export function firstIndex(ascending: readonly number[], least: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first of a segment's minutes that is demanded, later than `after`. */
export const firstDemanded = ({ allowed, activeFrom }: Segment, after: number): number | undefined =>
  allowed[firstIndex(allowed, Math.max(activeFrom, after + 1))];

/** Those of a segment's minutes that are demanded, later than `after` and not later than `upTo`. */
export function demanded({ allowed, activeFrom }: Segment, after: number, upTo: number): readonly number[] {
  return allowed.slice(firstIndex(allowed, Math.max(activeFrom, after + 1)), firstIndex(allowed, upTo + 1));
}

/** Segment of a time, except its first seconds, in which no function has seen it. */
export const segmentAt = (segments: readonly Segment[], moment: number): Segment | undefined =>
  segments.findLast(({ period, until }) => period.from <= moment && moment < until);

/**
 * True if a minute may run at all. A change that was reverted before any reconcile saw it was never active: minutes
 * due under the previous schedule may run then.
 */
export function mayRun(segments: readonly Segment[], minute: number): boolean {
  return segments.some((segment, index) => {
    if (includes(segment.allowed, minute)) return true;
    if (!isUnseen(segment) || minute < segment.period.from || minute >= segment.until) return false;
    const before = segments.slice(0, index).findLast((one) => !isUnseen(one));
    const after = segments.slice(index + 1).some(({ period }) => isSame(period, before?.period));
    return after && before !== undefined && includes(before.everyTime, minute);
  });
}

/** True if possibly no reconcile saw the segment's spec. */
export const isUnseen = ({ activeFrom, until }: Segment): boolean => activeFrom >= until;

const isSame = ({ schedule }: Period, other: Period | undefined): boolean =>
  schedule?.cron === other?.schedule?.cron &&
  schedule?.at === other?.schedule?.at &&
  schedule?.timeZone === other?.schedule?.timeZone;

const includes = (ascending: readonly number[], value: number): boolean =>
  ascending[firstIndex(ascending, value)] === value;
