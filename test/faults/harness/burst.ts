import type { ConcurrencyPolicy } from '../../../lib/jobs/job.ts';

export const JOBS = 5_000;
/** Jobs that have rules: all that the stage has room for. */
export const BY_RULES = 100;

/** Times at which the jobs exist, and at which cluster and EventBridge go and come back. */
export const BEFORE = new Date('2026-11-25T11:59:30Z');
export const GONE = new Date('2026-11-25T12:00:00Z');
export const BACK = new Date('2026-11-25T13:00:00Z');

/** Result of an hour's outage. */
export type Outage = {
  /** Answers of the functions that were called during the outage. */
  readonly inVain: readonly string[];
  /** Jobs that had a task before its end. */
  readonly early: number;
  /** Logged errors that are no DomainError. */
  readonly faults: readonly string[];
  /** Reconciles until each job had its task, and the time that they took from the end of the outage on. */
  readonly rounds: number;
  readonly seconds: number;
  readonly rules: number;
  /** Times of the tasks by their jobs. */
  readonly tasks: Readonly<Record<string, readonly string[]>>;
  /** Requests to the cluster and to EventBridge after it, and how many there were at once. */
  readonly requests: number;
  readonly requestsOfRules: number;
  readonly most: number;
  readonly mostOfRules: number;
  /** Between a 429 and the next try, in ms. */
  readonly waits: readonly number[];
};

/** A job with a schedule, of which an hour is missed. */
export type BurstJob = {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly policy: ConcurrencyPolicy;
};

/** Minutes of the hour: none of them comes again within ten minutes of the hour's end. */
const FIRST_MINUTE = 15;
const MINUTES = 40;

const POLICIES = ['Always', 'Always', 'Forbid', 'Replace'] as const;

/** Jobs that are due between 12:00 and 13:00 UTC in winter: once, several times, hourly, in another time zone. */
export const jobsOfBurst = (size: number): readonly BurstJob[] =>
  Array.from({ length: size }, (_, index) => {
    const minute = FIRST_MINUTE + (index % MINUTES);
    const kinds = [
      { cron: `${minute} 12 * * *`, timeZone: 'UTC' },
      { cron: `*/10 12 * * *`, timeZone: 'UTC' },
      { cron: `${minute} * * * *`, timeZone: 'UTC' },
      { cron: `5,${minute} 13 * * 1-5`, timeZone: 'Europe/Berlin' },
    ];
    const { cron = '', timeZone = '' } = kinds[index % kinds.length] ?? {};
    const policy = POLICIES[Math.floor(index / kinds.length) % POLICIES.length] ?? 'Always';
    return { name: `job-${index}`, cron, timeZone, policy };
  });

/** Job whose schedule has been active since `since`, with the driver `polling`. */
export const polledJob = ({ name, cron, timeZone, policy }: BurstJob, since: string) => ({
  apiVersion: 'taskbridge.dev/v1alpha1',
  kind: 'Job',
  metadata: { name },
  spec: {
    ...{ app: 'billing', command: 'bin/report', concurrencyPolicy: policy, suspend: false },
    schedule: { cron, timeZone },
  },
  status: {
    schedule: { cron, timeZone, since, driver: 'polling' },
    conditions: [
      {
        ...{ type: 'Ready', status: 'True', reason: 'Scheduled', lastTransitionTime: since },
        message: `It runs at "${cron}" in ${timeZone}.`,
      },
    ],
  },
});
