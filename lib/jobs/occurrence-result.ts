import type { InvalidJob, Job } from './job.ts';

/** What became of one occurrence, or why there is none to run. */
export type OccurrenceResult = {
  readonly outcome: Outcome;
  readonly occurrence?: Date | undefined;
  readonly task?: string | undefined;
};

export type Outcome =
  | 'started'
  /** Under Replace: started after the tasks before it were cancelled and had stopped. */
  | 'replaced'
  /** Its task is there already: a fire that came twice, or a repair. */
  | 'alreadyStarted'
  /** Another run has its name: it is missed. */
  | 'nameTaken'
  /** It stays due until the tasks before it have ended. */
  | 'waiting'
  /** All that is due is past the job's starting deadline: it is missed. */
  | 'tooLate'
  /** The cluster took no run of it, as beyond a quota: it stays due. */
  | 'refused'
  | 'notDue'
  | 'notScheduled'
  /** Its schedule was changed and is not in force yet: the reconcile sees to that first. */
  | 'notSynced'
  | 'suspended'
  | 'invalid'
  | 'jobGone'
  | 'appGone'
  | 'appInvalid'
  | 'noCommand'
  /** Its app has no image yet: it stays due. */
  | 'noImage'
  | 'spaceClosed';

/** What one step came to; `job`: as it stands for the next one, `changed`: to be read again, absent: there is none. */
export type NextStep = {
  readonly result?: OccurrenceResult | undefined;
  readonly job?: Job | InvalidJob | 'changed' | undefined;
};
