import { isBackfilling } from './backfills.ts';
import { demanded, firstDemanded, isUnseen, LATENESS_MS, type Segment, segmentAt } from './due.ts';
import type { History, Invocation, JobHistory } from './history.ts';
import { type RunLog, shown } from './run-log.ts';

/** Time in which an occurrence is left to the fires of its rule, in ms: a fire arrives within its minute. */
const LEFT_TO_RULES_MS = 60_000;

/** The pods of what Replace cancelled stop within 30 seconds; the next one that comes after that starts it. */
const STOPPED_WITHIN_MS = 40_000;

/** Time for which a renewed lease is left to its holder, in ms. */
const LEASE_DURATION_MS = 30_000;

/** No function works for longer. */
const MAX_MS = 60_000;

/** A function that was neither killed nor refused anything: what it had to do it has done when it ends. */
export type Attempt = Invocation & { readonly ended: number };

const isAttempt = (invocation: Invocation): invocation is Attempt =>
  invocation.isHealthy && invocation.ended !== undefined;

/** The healthy functions that looked at a job, in the order in which they began. */
export const attemptsOf = ({ fires }: JobHistory, { reconciles }: History): readonly Attempt[] =>
  [...fires, ...reconciles].filter(isAttempt).sort((one, other) => one.began - other.began);

type Question = {
  readonly job: JobHistory;
  readonly reconciles: readonly Invocation[];
  readonly segments: readonly Segment[];
  readonly log: RunLog;
  readonly attempts: readonly Attempt[];
  readonly attempt: Attempt;
  readonly index: number;
};

/**
 * Occurrences that an attempt should have started and did not: all that are due and have not run, if the oldest is
 * at most two minutes old, else the newest. Under Forbid and Replace: one of them, as soon as no task of the job
 * runs.
 */
export function leftUndone(question: Question): readonly string[] {
  const { job, segments, log, attempt } = question;
  const { kind, began, ended } = attempt;
  const segment = segmentAt(segments, began);
  if (segment === undefined || segment.until <= ended) return [];
  const last = log.lastBefore(began);
  const oldest = firstDemanded(segment, last);
  if (oldest === undefined || oldest > began) return [];
  if (kind === 'reconcile' && began - oldest < LEFT_TO_RULES_MS && !isSwept(job, oldest, ended)) return [];
  const due = demanded(segment, last, began);
  const startable = due.filter((minute) => ended - minute <= job.deadlineMs);
  const newest = startable.at(-1);
  if (newest === undefined) return [];
  if (job.policy === 'Forbid' && isBackfilling(job, began, ended)) return [];

  const left =
    job.policy === 'Always' ? leftOf(question, segment, startable, oldest) : waiting(question, due, newest);
  return left.map(
    (minute) =>
      `${shown(minute)} was due and had not run, though a ${kind} from ${shown(began)} to ${shown(ended)} came by (last run: ${shown(last)})`,
  );
}

function isSwept({ drivers }: JobHistory, from: number, to: number): boolean {
  const before = drivers.findLast(({ at }) => at <= from);
  return before?.driver === 'polling' && !drivers.some(({ at }) => at > from && at <= to);
}

function leftOf(
  { log, segments, attempt: { began, ended } }: Question,
  segment: Segment,
  startable: readonly number[],
  oldest: number,
): readonly number[] {
  const isMereLateness = ended - oldest <= LATENESS_MS && !mayLookLater(log, segments, segment, began, ended);
  if (isMereLateness) return startable.filter((minute) => !log.hasRun(minute, ended));
  // After an outage the newest runs, or one that came due while the attempt went on.
  const newest = startable.slice(-1);
  return newest.filter(
    (least) => !log.between(began, ended).some(({ minute }) => minute >= least) && !log.hasRun(least, ended),
  );
}

/**
 * True if lib may take an outage for longer than it was: after a function was killed between creating a task and
 * recording it, and after a schedule was written twice within a minute.
 */
function mayLookLater(
  log: RunLog,
  segments: readonly Segment[],
  segment: Segment,
  began: number,
  ended: number,
): boolean {
  const latest = log.latestBefore(began);
  const isOpen = latest?.by?.isHealthy === false && ended - latest.minute > LATENESS_MS;
  const before = segments[segments.indexOf(segment) - 1];
  const wasUnseen = before !== undefined && isUnseen(before);
  const early = segment.allowed.find((minute) => minute > log.lastBefore(began));
  return isOpen || wasUnseen || (early !== undefined && ended - early > LATENESS_MS);
}

function waiting(question: Question, due: readonly number[], newest: number): readonly number[] {
  const { job, log, attempts, attempt, index } = question;
  const { began, ended } = attempt;
  const latest = log.latestBefore(began);
  const isQuiet = latest === undefined || (latest.stopped ?? Number.POSITIVE_INFINITY) <= began;
  const [oldest = newest] = due;
  if (isQuiet && !isDisturbed(question)) {
    const wanted = began - oldest > LATENESS_MS ? newest : oldest;
    return log.between(began, ended).some(({ minute }) => minute >= wanted) ? [] : [newest];
  }
  // Under Forbid it waits. Under Replace one that found the lease held has cancelled nothing: the next one does.
  if (!isQuiet && (job.policy === 'Forbid' || isDisturbed(question))) return [];
  const next = attempts
    .slice(index + 1)
    .find(
      (other) => other.began >= began + STOPPED_WITHIN_MS && !isDisturbed({ ...question, attempt: other }),
    );
  const segment = segmentAt(question.segments, began);
  if (next === undefined || segment === undefined || next.ended >= segment.until) return [];
  const isTooLate = demanded(segment, oldest - 1, next.began).every(
    (minute) => next.ended - minute > job.deadlineMs,
  );
  return isTooLate || log.between(began, next.ended).length > 0 ? [] : [newest];
}

/** True if another function, running or killed, may hold the job's lease. */
function isDisturbed({ job, reconciles, attempt: { began, ended } }: Question): boolean {
  const mayHold = (other: Invocation): boolean =>
    other.began <= ended &&
    other.began !== began &&
    (other.isHealthy ? (other.ended ?? 0) >= began : other.began >= began - LEASE_DURATION_MS - MAX_MS);
  return [job.fires, reconciles].some((all) => nearby(all, began).some(mayHold));
}

/** Those that began within some minutes before a moment, or after it. */
function nearby(all: readonly Invocation[], moment: number): readonly Invocation[] {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((all[middle]?.began ?? 0) < moment - 5 * 60_000) low = middle + 1;
    else high = middle;
  }
  return all.slice(Math.max(low - 20, 0), low + 60);
}
