import { demanded, isUnseen, LATENESS_MS, type Segment, segmentAt } from './due.ts';
import type { History, Invocation, JobHistory } from './history.ts';
import { type RunLog, shown } from './run-log.ts';

/** What comes due is left to the fires of its rule for so long: a fire arrives within its minute. */
const LEFT_TO_RULES_MS = 60_000;

/** The pods of what Replace cancelled stop within 30 seconds; the next one that comes after that starts it. */
const STOPPED_WITHIN_MS = 40_000;

/** A function that was neither killed nor refused anything: what it had to do it has done when it ends. */
export type Attempt = Invocation & { readonly ended: number };

/** The healthy functions that looked at a job, in the order in which they began. */
export function attemptsOf({ fires }: JobHistory, { reconciles }: History): readonly Attempt[] {
  const attempts: Attempt[] = [];
  for (const invocation of [...fires, ...reconciles]) {
    const { ended } = invocation;
    if (invocation.isHealthy && ended !== undefined) attempts.push({ ...invocation, ended });
  }
  return attempts.sort((one, other) => one.began - other.began);
}

type Question = {
  readonly job: JobHistory;
  readonly segments: readonly Segment[];
  readonly log: RunLog;
  readonly attempts: readonly Attempt[];
  readonly attempt: Attempt;
  readonly index: number;
};

/**
 * What an attempt should have started and did not. All that is due and has not run, if the oldest of it is at most two
 * minutes old; the newest, if it is older. Under Forbid and Replace: one of them, as soon as nothing of the job runs.
 */
export function leftUndone(question: Question): readonly string[] {
  const { job, segments, log, attempt } = question;
  const { kind, began, ended } = attempt;
  const segment = segmentAt(segments, began);
  if (segment === undefined || segment.until <= ended) return [];
  const last = log.lastBefore(began);
  const due = demanded(segment, last, began);
  const [oldest] = due;
  if (oldest === undefined) return [];
  if (kind === 'reconcile' && began - oldest < LEFT_TO_RULES_MS && !isSwept(job, oldest, ended)) return [];
  const startable = due.filter((minute) => ended - minute <= job.deadlineMs);
  const newest = startable.at(-1);
  if (newest === undefined) return [];

  const left =
    job.policy === 'Always' ? leftOf(question, segment, startable, oldest) : waiting(question, due, newest);
  return left.map(
    (minute) =>
      `${shown(minute)} was due and had not run, though a ${kind} from ${shown(began)} to ${shown(ended)} came by (last run: ${shown(last)})`,
  );
}

function isSwept({ drivers }: JobHistory, from: number, to: number): boolean {
  const before = drivers.findLast(({ at }) => at <= from);
  return before?.driver === 'sweep' && !drivers.some(({ at }) => at > from && at <= to);
}

function leftOf(
  { log, segments, attempt: { began, ended } }: Question,
  segment: Segment,
  startable: readonly number[],
  oldest: number,
): readonly number[] {
  const isMereLateness = ended - oldest <= LATENESS_MS && !mayLookLater(log, segments, segment, began, ended);
  const wanted = isMereLateness ? startable : startable.slice(-1);
  return wanted.filter((minute) => !log.hasRun(minute, ended));
}

/**
 * Whether lib may take an outage for longer than it was: a function that was killed between a task's creation and the
 * note that it was created leaves it open, and so does a schedule that was written twice within a minute.
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

function waiting(
  { job, log, segments, attempts, attempt: { began, ended }, index }: Question,
  due: readonly number[],
  newest: number,
): readonly number[] {
  const latest = log.latestBefore(began);
  const isQuiet = latest === undefined || (latest.stopped ?? Number.POSITIVE_INFINITY) <= began;
  if (isQuiet) {
    const wanted = began - (due[0] ?? newest) > LATENESS_MS ? newest : (due[0] ?? newest);
    return log.between(began, ended).some(({ minute }) => minute >= wanted) ? [] : [newest];
  }
  if (job.policy === 'Forbid') return [];
  const next = attempts.slice(index + 1).find((other) => other.began >= began + STOPPED_WITHIN_MS);
  const segment = segmentAt(segments, began);
  if (next === undefined || segment === undefined || next.ended >= segment.until) return [];
  return log.between(began, next.ended).length > 0 ? [] : [newest];
}
