import { ANNOTATION, LABEL } from '../platform/labels.ts';
import { annotatedTime, isActive, isBackfill, type RunRecord, requestedAt } from './task.ts';

/** Tasks kept for an app unless it sets `taskRetention`, as with Kf: its own and those of its jobs together. */
export const DEFAULT_RETENTION = 500;

/** Run as pruning sees it. An app may have very many, so only these fields are kept in memory. */
export type PruneCandidate = {
  readonly space: string;
  readonly name: string;
  readonly uid: string;
  /** `ended`: finished and reported. */
  readonly state: 'active' | 'unreported' | 'ended' | 'deleting';
  /** Time of the request, in ms since 1970; of a backfill's run its occurrence, so that it has the place of the scheduled run. */
  readonly requested: number;
  /** Time of the creation, in ms since 1970; of a backfill's run that of its admission. */
  readonly created: number;
  readonly ofBackfill: boolean;
  readonly job?: string | undefined;
  readonly occurrence?: number | undefined;
  /** Started by an event. */
  readonly ofEvent: boolean;
};

export function toCandidate(run: Omit<RunRecord, 'completedAt' | 'taskRun'>): PruneCandidate {
  const { space, name, uid, labels, annotations } = run;
  const scheduled = annotatedTime(run, 'scheduledTime');
  const ofBackfill = isBackfill(run) && scheduled !== undefined;
  return {
    space,
    name,
    uid,
    state: pruneStateOf(run),
    requested: Date.parse(ofBackfill ? scheduled : requestedAt(run)),
    created: Date.parse((ofBackfill ? annotatedTime(run, 'admittedAt') : undefined) ?? run.createdAt),
    ofBackfill,
    job: labels[LABEL.job],
    occurrence: scheduled === undefined ? undefined : Date.parse(scheduled),
    ofEvent: annotations[ANNOTATION.eventId] !== undefined,
  };
}

function pruneStateOf(run: Pick<RunRecord, 'deleting' | 'condition' | 'labels'>): PruneCandidate['state'] {
  if (run.deleting) return 'deleting';
  if (isActive(run)) return 'active';
  return run.labels[LABEL.reported] === undefined ? 'unreported' : 'ended';
}

/** Age in ms before which a run is never deleted, to keep its name taken: later than any late trigger or retry. */
const MIN_AGE_MS = 15 * 60_000;

/**
 * The same for an event's run, in ms: EventBridge delivers for ten minutes (lib/schedules/repository-records.ts) and Lambda
 * queues for fifteen (serverless.yml). The last delivery still finds the task.
 */
const MIN_AGE_OF_EVENT_RUN_MS = 30 * 60_000;

/**
 * The same for a backfill's run, in ms: by its occurrence it may be older than all that is kept, and who asked for it
 * looks at it first.
 */
const MIN_AGE_OF_BACKFILL_MS = 24 * 60 * 60_000;

function isTooYoung({ created, ofEvent, ofBackfill }: PruneCandidate, now: Date): boolean {
  const minAge = ofEvent ? MIN_AGE_OF_EVENT_RUN_MS : MIN_AGE_MS;
  return now.getTime() - created < (ofBackfill ? MIN_AGE_OF_BACKFILL_MS : minAge);
}

/**
 * Selects the runs of one app to delete, oldest first. The newest `retention` by time of request are kept; active ones count
 * first, but for those of backfills: each has the place of its occurrence, so that old ones push out nothing. Beyond that, these are kept too: active and unreported runs, those younger than 15 minutes (an event's: 30, a
 * backfill's: a day), and each job's newest, whose name keeps its occurrence from running again. Objects that are being
 * deleted do not count.
 */
export function selectForDeletion(
  runs: readonly PruneCandidate[],
  retention: number,
  now: Date,
): readonly PruneCandidate[] {
  const there = runs.filter(({ state }) => state !== 'deleting');
  const isFirst = ({ state, ofBackfill }: PruneCandidate): boolean => state === 'active' && !ofBackfill;
  const active = there.filter(isFirst).length;
  const ordered = there.filter((run) => !isFirst(run)).toSorted(byNewestRequest);
  const newest = newestOfJobs(runs);
  return ordered
    .slice(Math.max(retention - active, 0))
    .filter((run) => run.state === 'ended' && !isTooYoung(run, now) && !newest.has(run))
    .reverse();
}

const byNewestRequest = (a: PruneCandidate, b: PruneCandidate): number =>
  b.requested - a.requested || (a.name < b.name ? -1 : 1);

/** Returns for each job the run that was requested last, and the run of its last occurrence. */
function newestOfJobs(runs: readonly PruneCandidate[]): ReadonlySet<PruneCandidate> {
  const requested = new Map<string, PruneCandidate>();
  const scheduled = new Map<string, PruneCandidate>();
  for (const run of runs) {
    if (run.job === undefined || run.state === 'deleting') continue;
    if (run.requested > (requested.get(run.job)?.requested ?? Number.NEGATIVE_INFINITY))
      requested.set(run.job, run);
    if (run.occurrence !== undefined && run.occurrence > (scheduled.get(run.job)?.occurrence ?? -1))
      scheduled.set(run.job, run);
  }
  return new Set([...requested.values(), ...scheduled.values()]);
}
