import { demanded, type Segment, segmentAt } from './due.ts';
import type { BackfillRun, History, Invocation, JobHistory } from './history.ts';
import type { Calendar } from './plans.ts';
import { type RunLog, shown } from './run-log.ts';

/** No function works for longer. */
const MAX_MS = 60_000;

const NEVER = Number.POSITIVE_INFINITY;

type Question = {
  readonly job: JobHistory;
  readonly history: History;
  readonly calendar: Calendar;
  readonly segments: readonly Segment[];
  readonly log: RunLog;
};

/** Violations by the runs of a job's backfills. */
export const backfillBreaches = (question: Question): readonly string[] =>
  question.job.backfills.flatMap((run) =>
    [unwanted(question, run), again(question, run), beyondLimit(question, run), notAlone(question, run)]
      .concat(question.job.policy === 'Forbid' ? [beforeSchedule(question, run)] : [])
      .concat(question.job.policy === 'Always' ? [unfinished(question, run)] : [])
      .flatMap((why) => (why === undefined ? [] : [`the backfill of ${shown(run.minute)} ${why}`])),
  );

/** Occurrences are those of the job's schedule, and of the past. */
function unwanted({ job, calendar }: Question, { minute, at, by }: BackfillRun): string | undefined {
  if (minute > (by?.began ?? at)) return `was made at ${shown(at)}, before its time`;
  const isDue = job.periods.some(
    ({ from, schedule }) =>
      from <= at && schedule !== undefined && calendar.dueTimes(schedule).includes(minute),
  );
  return isDue ? undefined : 'is of no occurrence';
}

/** What ran does not run again unless that was asked for, and the schedule runs nothing that a backfill ran. */
function again({ job, history }: Question, run: BackfillRun): string | undefined {
  const others = [
    ...job.runs,
    ...job.backfills.filter((other) => other !== run && other.admitted !== undefined),
  ];
  const same = others.filter(({ minute }) => minute === run.minute);
  const before = same.find(({ at }) => at < run.at);
  const isAgain = run.by !== undefined && history.again.has(run.by);
  if (before !== undefined && !isAgain) return `was made, though it had run at ${shown(before.at)}`;
  const after = job.runs.find(({ minute, at }) => minute === run.minute && at > run.at);
  return after !== undefined && run.admitted !== undefined
    ? `ran, and the schedule ran it at ${shown(after.at)}`
    : undefined;
}

/** No more at a time than the backfill allows. Two reconciles at once may both admit. */
function beyondLimit({ job, history }: Question, run: BackfillRun): string | undefined {
  const { admitted, admittedBy, maxRunning } = run;
  if (admitted === undefined || isCrossed(history, admittedBy, admitted)) return undefined;
  const running = job.backfills.filter((other) => isAtWork(other, admitted)).length;
  return running > maxRunning
    ? `was the ${running}th to run at ${shown(admitted)}, of ${maxRunning}`
    : undefined;
}

function isCrossed({ reconciles }: History, by: Invocation | undefined, admitted: number): boolean {
  const began = by?.began ?? admitted;
  return reconciles.some(
    (other) => other !== by && other.began <= admitted && (other.ended ?? other.began + MAX_MS) >= began,
  );
}

const isAtWork = ({ admitted, stopped, isCancelled }: BackfillRun, moment: number): boolean =>
  isCancelled !== true && (admitted ?? NEVER) <= moment && (stopped ?? NEVER) > moment;

/** Under Forbid never beside another task of the job. */
function notAlone({ job }: Question, run: BackfillRun): string | undefined {
  const { admitted, stopped = NEVER, isCancelled } = run;
  if (job.policy !== 'Forbid' || admitted === undefined || isCancelled === true) return undefined;
  const other = job.runs.find((one) => one.at < stopped && (one.stopped ?? NEVER) > admitted);
  return other === undefined ? undefined : `ran at ${shown(admitted)}, beside ${shown(other.minute)}`;
}

/** Under Forbid the schedule goes first. */
function beforeSchedule({ job, segments, log }: Question, run: BackfillRun): string | undefined {
  const { admitted, admittedBy } = run;
  if (admitted === undefined || admittedBy === undefined) return undefined;
  const segment = segmentAt(segments, admittedBy.began);
  if (segment === undefined || segment.until <= admitted) return undefined;
  const due = demanded(segment, log.lastBefore(admitted), admittedBy.began);
  const first = due.find((minute) => admitted - minute <= job.deadlineMs);
  return first === undefined
    ? undefined
    : `was admitted at ${shown(admitted)}, though ${shown(first)} was due`;
}

/** Every one runs in the end, unless it is cancelled. */
const unfinished = ({ job }: Question, { stopped, isCancelled }: BackfillRun): string | undefined =>
  stopped === undefined && isCancelled !== true && job.deleted === undefined
    ? 'never ran to its end'
    : undefined;

/** True if a backfill of the job was reserved or at work at some time of a period: Forbid waits for it. */
export const isBackfilling = ({ backfills }: JobHistory, from: number, to: number): boolean =>
  backfills.some(
    ({ reserved, admitted, stopped = NEVER }) =>
      ((admitted ?? NEVER) <= to && stopped >= from) ||
      reserved.some((one) => one.from <= to && (one.to ?? stopped) >= from),
  );
