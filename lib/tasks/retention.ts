import { ANNOTATION, LABEL } from '../platform/labels.ts';
import { annotatedTime, isActive, type RunRecord, requestedAt } from './task.ts';

/** Tasks kept for an app unless it sets `taskRetention`, as with Kf: its own and those of its jobs together. */
export const DEFAULT_RETENTION = 500;

/** Run as pruning sees it. An app may have very many, so only these fields are kept in memory. */
export type PruneCandidate = {
  readonly space: string;
  readonly name: string;
  readonly uid: string;
  /** `ended`: finished and reported. */
  readonly state: 'active' | 'unreported' | 'ended' | 'deleting';
  /** Times of the request and of the creation, in ms since 1970. */
  readonly requested: number;
  readonly created: number;
  readonly job?: string | undefined;
  readonly occurrence?: number | undefined;
  /** Started by an event. */
  readonly ofEvent: boolean;
};

export function toCandidate(run: Omit<RunRecord, 'completedAt' | 'taskRun'>): PruneCandidate {
  const { space, name, uid, labels, annotations } = run;
  const scheduled = annotatedTime(run, 'scheduledTime');
  return {
    space,
    name,
    uid,
    state: pruneStateOf(run),
    requested: Date.parse(requestedAt(run)),
    created: Date.parse(run.createdAt),
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

const isTooYoung = ({ created, ofEvent }: PruneCandidate, now: Date): boolean =>
  now.getTime() - created < (ofEvent ? MIN_AGE_OF_EVENT_RUN_MS : MIN_AGE_MS);

/**
 * Selects the runs of one app to delete, oldest first. The newest `retention` by time of request are kept; active ones count
 * first. Beyond that, these are kept too: active and unreported runs, those younger than 15 minutes (an event's: 30), and
 * each job's newest, whose name keeps its occurrence from running again. Objects that are being deleted do not count.
 */
export function selectForDeletion(
  runs: readonly PruneCandidate[],
  retention: number,
  now: Date,
): readonly PruneCandidate[] {
  const active = runs.filter(({ state }) => state === 'active').length;
  const finished = runs
    .filter(({ state }) => state === 'unreported' || state === 'ended')
    .toSorted(byNewestRequest);
  const newest = newestOfJobs(runs);
  return finished
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
