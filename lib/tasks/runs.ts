import type { Credentials } from '../apps/bindings.ts';
import type { Page } from '../platform/paginate.ts';
import type { PipelineRun } from './pipeline-run.ts';
import type { RunRecord, TaskRunRecord } from './task.ts';

/** Filter of a list of runs. Runs that Taskbridge did not create are never listed. */
export type RunFilter = {
  readonly app?: string | undefined;
  readonly job?: string | undefined;
  /** Runs of any of these jobs; an empty list selects no run. */
  readonly jobs?: readonly string[] | undefined;
  /** Only runs whose end is not reported yet: active ones, and those that have just ended. */
  readonly unreported?: boolean | undefined;
};

/** Run as a list returns it: from its labels, annotations and Tekton's printer columns. */
export type RunRow = Omit<RunRecord, 'completedAt' | 'taskRun'>;

/** Page of a list of runs. `here` is the token of this page itself, to read it anew; it may expire. */
export type RunPage = Page<RunRow> & { readonly here: string };

/** Port to the PipelineRuns of tasks. Every method throws `forbidden` for a namespace that is not open, and `unavailable`. */
export type Runs = {
  /**
   * Creates the run. For a name that is taken, `exists`: with its run, or with `undefined` when Taskbridge did not
   * create it. The nonce identifies a run whose create is retried after a lost response.
   */
  create(
    run: PipelineRun,
  ): Promise<{ outcome: 'created'; run: RunRecord } | { outcome: 'exists'; run: RunRecord | undefined }>;
  /** Throws `notFound` for a run that does not exist or that Taskbridge did not create. */
  get(space: string, name: string): Promise<RunRecord>;
  /** Returns `undefined` for a run that does not exist or that Taskbridge did not create. */
  find(space: string, name: string): Promise<RunRecord | undefined>;
  list(
    space: string,
    filter: RunFilter,
    page: { limit: number; after?: string | undefined },
  ): Promise<RunPage>;
  /** Returns the TaskRuns that these runs own, without those that have none yet. */
  taskRuns(
    space: string,
    runs: readonly Pick<RunRecord, 'name' | 'uid'>[],
  ): Promise<readonly TaskRunRecord[]>;
  /**
   * Requests cancellation of the run; `finished` when it had ended before, `gone` when it does not exist. `because` is
   * kept as the task's reason; absent when a user requested it.
   */
  cancel(
    space: string,
    name: string,
    because?: 'PendingTimeout' | 'Replaced',
  ): Promise<'cancelling' | 'finished' | 'gone'>;
  /**
   * Cancels a run that is still queued, so that no process of it ever runs. `cancelled`: it was cancelled before, or is gone;
   * `started`: it is not queued any more.
   */
  cancelQueued(space: string, name: string): Promise<'cancelling' | 'cancelled' | 'started'>;
  /** Admits a queued run; idempotent. `finished` when it was cancelled before or is gone. */
  admit(space: string, name: string, now: Date): Promise<'admitted' | 'finished'>;
  /**
   * Reserves a queued run of a backfill at a time, or frees it again with `undefined`: it stays queued, but Forbid counts it.
   * Does nothing when it is gone.
   */
  reserve(space: string, name: string, at: Date | undefined): Promise<void>;
  /** Labels a finished run as reported. Does nothing when it is gone. */
  markReported(space: string, name: string): Promise<void>;
  /** True when more than `count` runs match the filter, including ones that are being deleted; reads names only. */
  countExceeds(space: string, filter: RunFilter, count: number): Promise<boolean>;
  /**
   * Deletes this run, by uid; its TaskRun, pod and log are deleted in the background. `gone` when it was deleted before,
   * even if another run has its name.
   */
  delete(run: Pick<RunRow, 'space' | 'name' | 'uid'>): Promise<'deleted' | 'gone'>;
  /** True while the pod exists, terminating or not: its processes may still run. */
  hasPod(space: string, pod: string): Promise<boolean>;
};

/** Port to the Secrets that runs own. */
export type RunSecrets = {
  /** Creates the Secret with the run as its owner. `exists` when the name is taken; the right to create can't read it. */
  createOwned(
    run: Pick<RunRecord, 'space' | 'name' | 'uid'>,
    name: string,
    data: Credentials,
  ): Promise<'made' | 'exists'>;
  /** Deletes the Secret of a build, if it is there; only the keeper may. */
  delete(space: string, name: string): Promise<void>;
};
