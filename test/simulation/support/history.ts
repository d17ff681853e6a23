/*
 * History for the oracle, in plain words and numbers: times are ms since 1970. It is written where the effects
 * are, in the cluster and on the bus, and holds nothing that lib thinks of it.
 */

/** One call of a function. `space`: a user's call for a whole space, which leaves the rest to the reconcile. */
export type Invocation = {
  readonly kind: 'fire' | 'reconcile' | 'user' | 'space';
  readonly began: number;
  /** Absent: it was killed, or it is still at work. */
  ended?: number;
  /** True if it was not killed, no call failed and nothing was deferred: all its work is done. */
  isHealthy: boolean;
};

/** A scheduled task. */
export type Run = {
  readonly name: string;
  /** The occurrence that it is for. */
  readonly minute: number;
  readonly at: number;
  readonly by: Invocation | undefined;
  /** Time when its last pod stopped, in ms. */
  stopped?: number;
  /** Its end, in ms. */
  end?: { readonly at: number; readonly outcome: 'succeeded' | 'failed' | 'cancelled' };
};

/** Run of a backfill. */
export type BackfillRun = Run & {
  /** Runs of the job's backfills that may be at work once this one is, itself included. */
  readonly maxRunning: number;
  /** Times at which it was reserved or admitted, and those at which a reservation was given up, in ms. */
  readonly reserved: { readonly from: number; to?: number }[];
  /** Time of its admission, in ms, and the function that admitted it. */
  admitted?: number;
  admittedBy?: Invocation | undefined;
  isCancelled?: boolean;
};

/** A cron, or the date and time of the one run, on the clocks of a zone. */
export type WrittenSchedule = {
  readonly cron?: string | undefined;
  readonly at?: string | undefined;
  readonly timeZone: string;
};

/** Spec of a job from a time on. */
export type Period = {
  readonly from: number;
  /** Start of the invocation that wrote it: the schedule may count from then on. */
  readonly since: number;
  /** None: suspended, or without a schedule. */
  readonly schedule?: WrittenSchedule | undefined;
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
  readonly backfills: BackfillRun[];
  /** The fires that reached a function. */
  readonly fires: Invocation[];
  /** Drivers of its schedule, by its status. */
  readonly drivers: { readonly at: number; readonly driver: 'rules' | 'polling' | undefined }[];
  deleted?: number;
};

export type History = {
  /** Jobs by uid. */
  readonly jobs: Map<string, JobHistory>;
  readonly reconciles: Invocation[];
  /** Backfills that were asked for although their occurrences may have run. */
  readonly again: Set<Invocation>;
  /** Errors that are no answer, and lines that functions log as errors: faults of lib. */
  readonly faults: string[];
};
