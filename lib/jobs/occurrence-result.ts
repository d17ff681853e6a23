import type { InvalidJob, Job } from './job.ts';

/** Result of one occurrence, or the reason why none ran. */
export type OccurrenceResult = {
  readonly outcome: Outcome;
  readonly occurrence?: Date | undefined;
  readonly task?: string | undefined;
};

export type Outcome =
  | 'started'
  /** Under Replace: started after the cancelled tasks had stopped. */
  | 'replaced'
  /** Its task existed already: a duplicate trigger, or a repair. */
  | 'alreadyStarted'
  /** Another run has its name: the occurrence is missed. */
  | 'nameTaken'
  /** Still due: it waits until the tasks before it have ended. */
  | 'waiting'
  /** Past the job's starting deadline: the occurrence is missed. */
  | 'tooLate'
  /** Still due: the cluster refused its run, for a quota or by a webhook. */
  | 'refused'
  | 'notDue'
  | 'notScheduled'
  /** The schedule was changed and is not active yet; the reconcile activates it first. */
  | 'notSynced'
  | 'suspended'
  | 'invalid'
  | 'jobGone'
  | 'appGone'
  | 'appInvalid'
  | 'noCommand'
  /** Still due: its app has no image yet. */
  | 'noImage'
  | 'spaceClosed';

/**
 * Result of one step, and the job for the next one: `changed` when it has to be read again, absent when there is no next
 * step.
 */
export type NextStep = {
  readonly result?: OccurrenceResult | undefined;
  readonly job?: Job | InvalidJob | 'changed' | undefined;
};
