import * as v from 'valibot';
import { ANNOTATION } from '../platform/labels.ts';
import { annotatedTime, isActive, isBackfill, isQueued, type RunRecord } from './task.ts';

/** Mark of a run that a backfill made: an annotation, as JSON. */
export type BackfillMark = {
  /** Runs of the job's backfills that may be active once this one has started, itself included. */
  readonly maxRunning: number;
  /** Made though its occurrence is older than the oldest run that was kept. */
  readonly again?: true | undefined;
};

const WrittenMark = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ maxRunning: v.number(), again: v.optional(v.literal(true)) }),
);

/** Mark of a backfill's run. One that cannot be read limits the run to being the only one. */
export function backfillMarkOf({ annotations }: Pick<RunRecord, 'annotations'>): BackfillMark {
  const parsed = v.safeParse(WrittenMark, annotations[ANNOTATION.backfill]);
  return parsed.success ? parsed.output : { maxRunning: 1 };
}

/** Fields of a run that say how far it is. */
type BackfillRun = Pick<RunRecord, 'annotations' | 'condition'>;

/** True for a backfill's run that is reserved: the next one to be admitted, which Forbid counts already. */
export const isReserved = (run: BackfillRun): boolean =>
  isBackfill(run) && isQueued(run) && annotatedTime(run, 'admittedAt') !== undefined;

/** True for a backfill's run that was neither admitted nor reserved: no process of it ever ran. */
export const isUnstartedBackfill = (run: BackfillRun): boolean =>
  isBackfill(run) && annotatedTime(run, 'admittedAt') === undefined;

/** True for a backfill's run that waits for its turn. It counts for no limit and no concurrency policy. */
export const isHeldBackfill = (run: BackfillRun): boolean =>
  isUnstartedBackfill(run) && isActive(run) && (run.condition === undefined || isQueued(run));
