import { ANNOTATION, LABEL } from '../platform/labels.ts';
import { isActive, type RunRecord, requestedAt } from './task.ts';

/** Tasks that an app keeps unless it says how many, as with Kf: its own and those of its jobs together. */
export const DEFAULT_RETENTION = 500;

/** What pruning must know of a run; an app may have very many, so no more of each is kept in memory. */
export type PruneCandidate = {
  readonly space: string;
  readonly name: string;
  readonly uid: string;
  /** `ended`: it has, and its end was seen to. */
  readonly state: 'active' | 'unreported' | 'ended' | 'deleting';
  /** In ms: when it was asked for, and when it came to be. */
  readonly asked: number;
  readonly created: number;
  readonly job?: string | undefined;
  readonly occurrence?: number | undefined;
  /** Whether an event started it. */
  readonly ofEvent: boolean;
};

export function toCandidate(run: Omit<RunRecord, 'completedAt' | 'taskRun'>): PruneCandidate {
  const { space, name, uid, labels, annotations } = run;
  const created = Date.parse(run.createdAt);
  const scheduled = Date.parse(annotations[ANNOTATION.scheduledTime] ?? '');
  return {
    space,
    name,
    uid,
    state: pruneStateOf(run),
    // What somebody wrote there by hand may be no time.
    asked: Date.parse(requestedAt(run)) || created,
    created,
    job: labels[LABEL.job],
    occurrence: Number.isNaN(scheduled) ? undefined : scheduled,
    ofEvent: annotations[ANNOTATION.eventId] !== undefined,
  };
}

function pruneStateOf(run: Pick<RunRecord, 'deleting' | 'condition' | 'labels'>): PruneCandidate['state'] {
  if (run.deleting) return 'deleting';
  if (isActive(run)) return 'active';
  return run.labels[LABEL.reported] === undefined ? 'unreported' : 'ended';
}

/** So long a run's name stays taken, whatever becomes of it: fires and repeated requests are not later than this. */
const MIN_AGE_MS = 15 * 60_000;

/**
 * An event may be handed to the function for ten minutes (lib/schedules/repository-records.ts) and then wait in Lambda's queue
 * for fifteen (serverless.yml): its last delivery still finds its task.
 */
const MIN_AGE_OF_EVENT_RUN_MS = 30 * 60_000;

const isTooYoung = ({ created, ofEvent }: PruneCandidate, now: Date): boolean =>
  now.getTime() - created < (ofEvent ? MIN_AGE_OF_EVENT_RUN_MS : MIN_AGE_MS);

/**
 * The runs of one app that are too many, the oldest first. The newest `retention` stay, by the time when they were
 * asked for. Active ones count before all others. Of those beyond, these stay too: active and untold ones, those younger
 * than 15 minutes (of an event 30), and each job's newest, whose name keeps its occurrence from running again. Objects
 * that are being deleted don't count.
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
  b.asked - a.asked || (a.name < b.name ? -1 : 1);

/** Of each job the run that was asked for last, and the one of its last occurrence. */
function newestOfJobs(runs: readonly PruneCandidate[]): ReadonlySet<PruneCandidate> {
  const asked = new Map<string, PruneCandidate>();
  const scheduled = new Map<string, PruneCandidate>();
  for (const run of runs) {
    if (run.job === undefined || run.state === 'deleting') continue;
    if (run.asked > (asked.get(run.job)?.asked ?? Number.NEGATIVE_INFINITY)) asked.set(run.job, run);
    if (run.occurrence !== undefined && run.occurrence > (scheduled.get(run.job)?.occurrence ?? -1))
      scheduled.set(run.job, run);
  }
  return new Set([...asked.values(), ...scheduled.values()]);
}
