import fc from 'fast-check';
import type { JobSpec } from '../../../lib/jobs/job.ts';
import {
  type ClockMinute,
  clockMinutes,
  dueMinutes,
  minutesAt,
  writtenTime,
} from '../../support/cron-oracle.ts';
import { anyCron } from '../../support/random-cron.ts';
import type { Policy, WrittenSchedule } from './history.ts';
import type { Random } from './random.ts';

/** A job that users want. */
export type Plan = {
  readonly space: string;
  readonly name: string;
  readonly spec: JobSpec;
  /** Duration of its tasks, in ms. */
  readonly shortestMs: number;
  readonly longestMs: number;
};

export type Calendar = {
  /** The minutes of the whole time in a zone. */
  minutesOf(timeZone: string): readonly ClockMinute[];
  /** Due times of a schedule in that period, in ms since 1970. */
  dueTimes(schedule: WrittenSchedule): readonly number[];
};

/** UTC, zones whose clocks change on other days of the month and ones that are no whole hours away. */
const ZONES = [
  'UTC',
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Africa/Cairo',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
] as const;

/** Share of the jobs that are due once. */
const ONCE = 0.15;

const HASHED = ['H H * * *', 'H H * * *', 'H H * * 1-5', 'H 2 * * *', 'H H 1,15 * *'];

const EVERY_MINUTE = ['* * * * *', '* * * * *', '* * * * *', '* * * * *', '*/2 * * * *', '*/3 * * * *'];

/** Largest share of the month's 43,200 minutes at which most jobs are due, so that a month takes minutes. */
const MAX_MAX_RUNNING = 0.01;

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Due times of crons within a simulation, by the oracle. */
export function calendarOf(from: number, to: number): Calendar {
  const minutes = new Map<string, readonly ClockMinute[]>();
  const times = new Map<string, readonly number[]>();
  const minutesOf = (timeZone: string): readonly ClockMinute[] =>
    keptIn(minutes, timeZone, () => clockMinutes(timeZone, new Date(from), new Date(to)));
  return {
    minutesOf,
    dueTimes: ({ cron, at, timeZone }) =>
      keptIn(times, JSON.stringify([cron, at, timeZone]), () => {
        const due =
          cron === undefined
            ? minutesAt(at ?? '', minutesOf(timeZone))
            : dueMinutes(cron, minutesOf(timeZone));
        return due.map((date) => date.getTime());
      }),
  };
}

function keptIn<T>(kept: Map<string, T>, key: string, make: () => T): T {
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = make();
  kept.set(key, made);
  return made;
}

/** Random schedules, none of them for more minutes than a job of a busy month can have. */
export function schedulesOf(random: Random, calendar: Calendar, count: number) {
  const seed = random.between(0, 2 ** 31 - 1);
  const most = calendar.minutesOf('UTC').length * MAX_MAX_RUNNING;
  const crons = fc.sample(anyCron, { numRuns: count * 8, seed });
  return crons
    .map((cron) => ({ cron, timeZone: random.pick(ZONES) }))
    .filter((schedule) => {
      const { length } = calendar.dueTimes(schedule);
      return length > 0 && length <= most;
    })
    .slice(0, count);
}

/** Random minutes of the whole time, each in a zone, for schedules that are due once. */
export const timesOf = (random: Random, calendar: Calendar, count: number) =>
  Array.from({ length: count }, () => {
    const timeZone = random.pick(ZONES);
    const minutes = calendar.minutesOf(timeZone);
    const minute = minutes[random.between(0, minutes.length - 1)];
    if (minute === undefined) throw new Error(`There is no minute in ${timeZone}.`);
    return { at: writtenTime(minute), timeZone };
  });

const SPACES = ['team-a', 'team-b', 'team-c'] as const;

/** Jobs of all kinds: those that are due each minute or two first, under each policy. */
export function plansOf(random: Random, calendar: Calendar, count: number): readonly Plan[] {
  const dense = EVERY_MINUTE.map((cron) => ({ cron, timeZone: 'UTC' }));
  const other = [
    ...HASHED.map((cron) => ({ cron, timeZone: random.pick(ZONES) })),
    ...timesOf(random, calendar, Math.ceil(count * ONCE)),
  ];
  const crons = schedulesOf(random, calendar, count - dense.length - other.length);
  const schedules = [...dense, ...crons, ...other];
  return schedules.map((schedule, index): Plan => {
    const policies: readonly [Policy, ...Policy[]] =
      index < dense.length
        ? [(['Always', 'Always', 'Forbid', 'Replace'] as const)[index] ?? 'Always']
        : ['Always', 'Always', 'Always', 'Forbid', 'Replace'];
    const concurrencyPolicy = random.pick(policies);
    const isLong = concurrencyPolicy !== 'Always' && random.chance(0.7);
    return {
      space: random.pick(SPACES),
      name: `job-${index}`,
      spec: {
        app: 'billing',
        schedule,
        concurrencyPolicy,
        suspend: false,
        ...(random.chance(0.2) ? { startingDeadlineSeconds: random.pick([20, 70, 100, 200, 3_600]) } : {}),
      },
      shortestMs: 2 * SECOND,
      longestMs: isLong ? 10 * MINUTE : 40 * SECOND,
    };
  });
}

export const spaces: readonly string[] = SPACES;
