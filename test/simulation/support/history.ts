/*
 * What happened, in plain words and numbers, for the oracle: times are ms since 1970. It is written where the effects
 * are, in the cluster and on the bus, and holds nothing that lib thinks of it.
 */

/** One call of a function. `space`: a user's call for a whole space, which leaves the rest to the reconcile. */
export type Invocation = {
  readonly kind: 'fire' | 'reconcile' | 'user' | 'space';
  readonly began: number;
  /** Absent: it was killed, or it is still at work. */
  ended?: number;
  /** It was neither killed nor refused a call, and put nothing off: what it has to do it has done. */
  isHealthy: boolean;
};

/** A scheduled task. */
export type Run = {
  readonly name: string;
  /** The occurrence that it is for. */
  readonly minute: number;
  readonly at: number;
  readonly by: Invocation | undefined;
  /** When nothing of it ran any more. */
  stopped?: number;
};

/** What a job's spec asked for from a moment on. */
export type Period = {
  readonly from: number;
  /** When whoever wrote it began: the schedule may count from then on. */
  readonly since: number;
  /** None: suspended, or without a schedule. */
  readonly schedule?: { readonly cron: string; readonly timeZone: string } | undefined;
  /** The function that wrote it; absent for `kubectl`. */
  readonly by?: Invocation | undefined;
};

export type Policy = 'Always' | 'Forbid' | 'Replace';

/** A Job from its making to its end: another one of the same name is another. */
export type JobHistory = {
  readonly space: string;
  readonly name: string;
  readonly policy: Policy;
  readonly deadlineMs: number;
  readonly periods: Period[];
  readonly runs: Run[];
  /** The fires that reached a function. */
  readonly fires: Invocation[];
  /** What wakes it, by its status. */
  readonly drivers: { readonly at: number; readonly driver: 'rules' | 'polling' | undefined }[];
  deleted?: number;
};

export type History = {
  /** By uid. */
  readonly jobs: Map<string, JobHistory>;
  readonly reconciles: Invocation[];
  /** Errors that are no answer, and lines that functions log as errors: faults of lib. */
  readonly faults: string[];
};
