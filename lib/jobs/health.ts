import { describeDuration, toRfc3339 } from '../platform/quantities.ts';
import type { Health, JobEvent } from './health-status.ts';
import type { InvalidJob, Job, JobStatus } from './job.ts';
import { type ConditionUpdate, withCondition } from './with-condition.ts';

/** End of a run that says how its job does. */
export type RunEnd = {
  readonly name: string;
  readonly finishedAt: Date;
  /** Reason of a failure, one word; absent for a success. */
  readonly reason?: string | undefined;
  /** Length of the chain of events before it. */
  readonly depth: number;
};

/** Limit of events of a job that wait for their publication; more ends are counted once they are out. */
const MAX_UNREPORTED = 20;

/** Fields of a status that health writes. */
export type HealthChange = Partial<Counted & Pick<JobStatus, 'conditions'>>;

type Counted = Pick<JobStatus, 'lastSuccessfulTime' | 'lastFailureTime' | 'consecutiveFailures'> & {
  readonly health: Health;
};

/**
 * Status of a job with the ends of runs counted, `undefined` when there is nothing to write. `counted`: the names of the
 * ends that it accounts for. An end counts once: one that is not newer than the newest that was counted changes only the
 * times of the last success and failure.
 */
export function withEnds(
  job: Job | InvalidJob,
  ends: readonly RunEnd[],
  now: Date,
): { readonly change: HealthChange | undefined; readonly counted: ReadonlySet<string> } {
  const { status } = job;
  let is: Counted = { ...status, health: status.health ?? NO_HEALTH };
  const counted = new Set<string>();
  for (const end of ends.toSorted(byCompletion)) {
    if (is.health.unreported.length >= MAX_UNREPORTED) break;
    is = withEnd(is, end);
    counted.add(end.name);
  }
  const isSame =
    is.health === (status.health ?? NO_HEALTH) &&
    is.lastSuccessfulTime === status.lastSuccessfulTime &&
    is.lastFailureTime === status.lastFailureTime;
  return { change: isSame ? undefined : changeTo(job, is, now), counted };
}

/**
 * Status of a job whose silence began or ended: without a success for longer than its spec expects, counted from its
 * creation, resumption or new schedule, and never while it is suspended. `undefined` when there is nothing to write.
 */
export function withSilence(job: Job | InvalidJob, now: Date): HealthChange | undefined {
  const before = job.status.health ?? NO_HEALTH;
  const within = expectedWithin(job);
  const expectedSince = within === undefined ? undefined : (before.expectedSince ?? wholeSecond(now));
  const silent = within === undefined ? undefined : silentAt(job, within, now);
  // A silence that goes on began once, also where less is expected meanwhile.
  const silentSince = silent && (before.silentSince ?? silent);
  const begun: JobEvent[] =
    silent === undefined || before.silentSince !== undefined
      ? []
      : [{ type: 'Silent', time: silent, depth: 0 }];
  const unreported = [...before.unreported, ...begun];
  const health = { ...before, expectedSince, silentSince, unreported };
  const change = changeTo(job, { ...job.status, health }, now);
  const isSame =
    expectedSince?.getTime() === before.expectedSince?.getTime() &&
    silentSince?.getTime() === before.silentSince?.getTime() &&
    (silentSince === undefined || change.conditions === job.status.conditions);
  return isSame ? undefined : change;
}

/** Status of a job of which an event was published; `undefined` when another function has removed it. */
export function withoutEvent(job: Job | InvalidJob, event: JobEvent): HealthChange | undefined {
  const { health } = job.status;
  const unreported = health?.unreported.filter(
    ({ type, time, task }) =>
      type !== event.type || task !== event.task || time.getTime() !== event.time.getTime(),
  );
  if (health === undefined || unreported === undefined || unreported.length === health.unreported.length)
    return undefined;
  return { health: { ...health, unreported } };
}

const NO_HEALTH: Health = { unreported: [] };

/** Order of ends: by completion, the name decides a tie. */
const byCompletion = (a: Pick<RunEnd, 'name' | 'finishedAt'>, b: Pick<RunEnd, 'name' | 'finishedAt'>) =>
  a.finishedAt.getTime() - b.finishedAt.getTime() || (a.name < b.name ? -1 : Number(a.name > b.name));

function withEnd(is: Counted, end: RunEnd): Counted {
  const { name, finishedAt, reason } = end;
  const times =
    reason === undefined
      ? { lastSuccessfulTime: later(is.lastSuccessfulTime, finishedAt) }
      : { lastFailureTime: later(is.lastFailureTime, finishedAt) };
  const { lastRun } = is.health;
  if (lastRun !== undefined && byCompletion(end, lastRun) <= 0) return { ...is, ...times };
  const newest = { ...is, ...times, health: { ...is.health, lastRun: { name, finishedAt, reason } } };
  return reason === undefined ? succeeded(newest, end) : failed(newest, { ...end, reason });
}

function succeeded(
  { health: { failingSince, silentSince, ...health }, ...is }: Counted,
  end: RunEnd,
): Counted {
  const since = failingSince ?? silentSince;
  const recovered: JobEvent[] =
    since === undefined
      ? []
      : [{ ...eventOf('Recovered', end), since, failures: is.consecutiveFailures || undefined }];
  return {
    ...is,
    consecutiveFailures: 0,
    health: { ...health, unreported: [...health.unreported, ...recovered] },
  };
}

function failed({ health, ...is }: Counted, end: RunEnd & { readonly reason: string }): Counted {
  const isFirst = health.failingSince === undefined;
  const first: JobEvent[] = isFirst ? [{ ...eventOf('Failing', end), reason: end.reason }] : [];
  return {
    ...is,
    consecutiveFailures: (is.consecutiveFailures ?? 0) + 1,
    health: {
      ...health,
      failingSince: health.failingSince ?? end.finishedAt,
      unreported: [...health.unreported, ...first],
    },
  };
}

const eventOf = <T extends JobEvent['type']>(type: T, { name, finishedAt, depth }: RunEnd) => ({
  ...{ type, time: finishedAt, task: name, depth },
});

const later = (one: Date | undefined, other: Date): Date => (one !== undefined && one >= other ? one : other);

/** Second of a time: the times of events have no parts of it. */
const wholeSecond = (time: Date): Date => new Date(Math.floor(time.getTime() / 1000) * 1000);

const expectedWithin = (job: Job | InvalidJob): number | undefined =>
  'spec' in job && !job.spec.suspend ? job.spec.expectWithin : undefined;

/** Time from which a job is silent, where that has passed. */
function silentAt(job: Job | InvalidJob, withinSeconds: number, now: Date): Date | undefined {
  const { health, schedule, lastSuccessfulTime } = job.status;
  // A job that the reconcile sees for the first time is expected to succeed from now on.
  const since = [health?.expectedSince ?? wholeSecond(now), schedule?.since, lastSuccessfulTime];
  const counted = Math.max(...since.flatMap((time) => (time === undefined ? [] : [time.getTime()])));
  const silent = counted + withinSeconds * 1000;
  return silent <= now.getTime() ? new Date(silent) : undefined;
}

/** Change of a status to `counted`, with the condition that follows from it. */
function changeTo(job: Job | InvalidJob, { health, ...counted }: Counted, now: Date): HealthChange {
  const { lastSuccessfulTime, lastFailureTime, consecutiveFailures } = counted;
  const update = conditionOf(job, { health, ...counted });
  const { generation, status } = job;
  return {
    ...{ health, lastSuccessfulTime, lastFailureTime, consecutiveFailures },
    conditions:
      update === undefined
        ? status.conditions.filter(({ type }) => type !== 'Healthy')
        : withCondition(status.conditions, update, { generation, now }),
  };
}

/** Condition `Healthy`; `undefined` while no run has ended that counts. */
function conditionOf(job: Job | InvalidJob, is: Counted): ConditionUpdate | undefined {
  const { lastRun, silentSince } = is.health;
  const failures = failuresOf(is);
  if (silentSince !== undefined)
    return unhealthy('Silent', `${silence(job, is.lastSuccessfulTime)}${failures && ` ${failures}`}`);
  if (lastRun?.reason !== undefined) return unhealthy(lastRun.reason, failures);
  if (lastRun === undefined) return undefined;
  return {
    ...HEALTHY,
    status: 'True',
    reason: 'Succeeded',
    message: 'Its newest task that ended succeeded.',
  };
}

const HEALTHY = { type: 'Healthy' } as const;

const unhealthy = (reason: string, message: string): ConditionUpdate => ({
  ...HEALTHY,
  status: 'False',
  reason,
  message,
});

function silence(job: Job | InvalidJob, lastSuccessfulTime: Date | undefined): string {
  const within = describeDuration(expectedWithin(job) ?? 0);
  const last =
    lastSuccessfulTime === undefined ? 'none yet' : `the last one at ${toRfc3339(lastSuccessfulTime)}`;
  return `No task has succeeded for ${within}: ${last}.`;
}

function failuresOf({ consecutiveFailures = 0, health: { failingSince } }: Counted): string {
  if (failingSince === undefined) return '';
  const times = consecutiveFailures === 1 ? 'once, at' : `${consecutiveFailures} times since`;
  return `Failed ${times} ${toRfc3339(failingSince)}.`;
}
