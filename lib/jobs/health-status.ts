/** Event of a job's health that waits for its publication. */
export type JobEvent = {
  /** `Failing`: the first failure of a row. `Recovered`: a success after it, or after silence. `Silent`: none in time. */
  readonly type: 'Failing' | 'Recovered' | 'Silent';
  /** End of the task, or the time from which the job is silent. */
  readonly time: Date;
  /** Name of the task that failed or succeeded. */
  readonly task?: string | undefined;
  /** Reason of the failure. */
  readonly reason?: string | undefined;
  /** Of `Recovered`: time of the first failure, or of the silence. */
  readonly since?: Date | undefined;
  /** Of `Recovered`: failures of the row. */
  readonly failures?: number | undefined;
  /** Length of the chain of events before the task. */
  readonly depth: number;
};

/** Record of what was counted and published of a job's health, so that nothing is twice. */
export type Health = {
  /** Newest run that was counted, by its completion. `reason`: of a failure. */
  readonly lastRun?:
    | { readonly name: string; readonly finishedAt: Date; readonly reason?: string | undefined }
    | undefined;
  /** Time of the first failure since the last success. */
  readonly failingSince?: Date | undefined;
  /** Time from which a success is expected at the earliest: the job was seen with `expectWithin`, and not suspended. */
  readonly expectedSince?: Date | undefined;
  /** Time from which a success is overdue. */
  readonly silentSince?: Date | undefined;
  /** Events that were not published yet, oldest first. */
  readonly unreported: readonly JobEvent[];
};
