import { attemptsOf, leftUndone } from './attempts.ts';
import { backfillBreaches } from './backfills.ts';
import { demanded, LATENESS_MS, mayRun, type Segment, segmentAt, segmentsOf } from './due.ts';
import type { History, JobHistory, Run } from './history.ts';
import type { Calendar } from './plans.ts';
import { newRunLog, type RunLog, shown } from './run-log.ts';

/** Violations in the history of one job. */
export function breachesOf(
  job: JobHistory,
  history: History,
  calendar: Calendar,
  end: number,
): readonly string[] {
  const segments = segmentsOf(job, history, calendar, end);
  const log = newRunLog(job.runs);
  const attempts = attemptsOf(job, history);
  const breaches = [
    ...doubled(job),
    ...job.runs.flatMap((run) => unsound(job, segments, log, run)),
    ...(job.policy === 'Always' ? [] : overlapping(job)),
    ...backfillBreaches({ job, history, calendar, segments, log }),
    ...attempts.flatMap((attempt, index) =>
      leftUndone({ job, reconciles: history.reconciles, segments, log, attempts, attempt, index }),
    ),
  ];
  return breaches.map((breach) => `${job.space}/${job.name} (${job.policy}): ${breach}`);
}

/** Never the same occurrence twice. */
function doubled({ runs }: JobHistory): readonly string[] {
  const seen = new Set<number>();
  return runs.flatMap(({ minute }) => {
    const again = seen.has(minute);
    seen.add(minute);
    return again ? [`${shown(minute)} ran twice`] : [];
  });
}

/** Runs that were not due, came too early, or were not the newest after an outage. */
function unsound(job: JobHistory, segments: readonly Segment[], log: RunLog, run: Run): readonly string[] {
  const { minute, at, by } = run;
  const began = by?.began ?? at;
  const what = `${shown(minute)} ran at ${shown(at)}, by a ${by?.kind} of ${shown(began)}`;
  if (!mayRun(segments, minute)) return [`${what}, and was not due`];
  if (minute > at) return [`${what}, before its time`];
  if (began - minute > job.deadlineMs) return [`${what}, past its deadline`];
  const segment = segmentAt(segments, minute);
  if (segment === undefined) return [];
  const last = log.lastBefore(at);
  const [oldest = minute] = demanded(segment, last, minute);
  const newest = demanded(segment, minute, began).at(-1);
  if (job.policy === 'Replace' && newest !== undefined)
    return [`${what}, though ${shown(newest)} was due by then, which would replace it`];
  return began - oldest > LATENESS_MS && newest !== undefined
    ? [
        `${what}, after an outage (nothing had run since ${shown(last)}), though ${shown(newest)} was due by then`,
      ]
    : [];
}

/** Never two at once, under Forbid and Replace; and one after the other. */
function overlapping({ runs }: JobHistory): readonly string[] {
  return runs.flatMap((run, index) => {
    const before = runs[index - 1];
    if (before === undefined) return [];
    if (run.minute < before.minute) return [`${shown(run.minute)} ran after ${shown(before.minute)}`];
    return (before.stopped ?? Number.POSITIVE_INFINITY) > run.at
      ? [`${shown(run.minute)} began at ${shown(run.at)}, when ${shown(before.minute)} had not stopped`]
      : [];
  });
}
