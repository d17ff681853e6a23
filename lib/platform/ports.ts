import type { App, AppConditionUpdate, AppSpec, InvalidApp } from '../apps/app.ts';
import type { Credentials } from '../apps/bindings.ts';
import type { AppBuild, BuiltImage } from '../builds/build.ts';
import type { Building, Builds, Sources } from '../builds/ports.ts';
import type { EventStage } from '../events/trigger-rules.ts';
import type { InvalidJob, Job, JobSpec, JobStatus } from '../jobs/job.ts';
import type { Bus, Rules } from '../schedules/ports.ts';
import type { LogLine } from '../tasks/log.ts';
import type { PipelineRun } from '../tasks/pipeline-run.ts';
import type { RunRecord, TaskRunRecord } from '../tasks/task.ts';
import type { Log, Metrics } from './observability.ts';
import type { Page } from './paginate.ts';

export type { Building, Builds } from '../builds/ports.ts';
export type { Bus, JobRule, RuleRecord, Rules } from '../schedules/ports.ts';
export type { Page } from './paginate.ts';

/** Every method throws `forbidden` for a space that is closed and `unavailable` when the cluster is out of reach. */
export type Apps = {
  /** Throws `notFound`, and `conflict` for an App that no task can run on. */
  get(space: string, name: string): Promise<App>;
  /** The App as it stands; `undefined` when there is none. */
  find(space: string, name: string): Promise<App | InvalidApp | undefined>;
  list(space: string, page: { limit: number; after?: string | undefined }): Promise<Page<App | InvalidApp>>;
  /**
   * Pages through all Apps of the cluster, including namespaces that are not open. `withinMs`: all of it may take so long,
   * for who has the time; absent: each page is a read as any other.
   */
  all(withinMs?: number): AsyncIterable<readonly (App | InvalidApp)[]>;
  /**
   * Makes the App or replaces its spec. Repeating it changes nothing. A create whose answer was lost is repeated by the
   * adapter; the nonce tells that App from others, so that it stays `created`.
   */
  put(space: string, name: string, spec: AppSpec, nonce: string): Promise<{ app: App; created: boolean }>;
  /** Writes the condition `BindingsReady` of the App as it was read. Of one that is gone, nothing. */
  updateBindingsCondition(app: App, update: AppConditionUpdate, now: Date): Promise<void>;
  /** Writes whether tasks can run on the App that was read; nothing where it has changed since. */
  updateReadyCondition(app: App | InvalidApp, update: AppConditionUpdate, now: Date): Promise<void>;
  /**
   * Writes the newest build of the App, and the image that it came to, where the App still has the source that was read;
   * `changed` where not: then nothing is written. Throws `conflict` where others write it all the time.
   */
  updateBuildStatus(app: App, build: AppBuild, image?: BuiltImage): Promise<'updated' | 'changed'>;
  /** Deletes the App; its Jobs, tasks and Secret follow in the background. Throws `notFound`. */
  delete(space: string, name: string): Promise<void>;
};

/** What of a job's status to write; `null` takes a part away, `undefined` leaves it. */
export type StatusChange = { readonly [P in keyof JobStatus]?: JobStatus[P] | null | undefined };

/** As for {@link Apps}, every method throws `forbidden` and `unavailable`. */
export type Jobs = {
  /** Throws `notFound`. */
  get(space: string, name: string): Promise<Job | InvalidJob>;
  /** `undefined` when there is none. */
  find(space: string, name: string): Promise<Job | InvalidJob | undefined>;
  list(space: string, page: { limit: number; after?: string | undefined }): Promise<Page<Job | InvalidJob>>;
  /** Pages through all Jobs of the cluster, as {@link Apps} do. */
  all(withinMs?: number): AsyncIterable<readonly (Job | InvalidJob)[]>;
  /**
   * Makes the Job, which `app` owns. Throws `conflict` when the name is taken. A create whose answer was lost is
   * repeated by the adapter; the nonce tells that Job from others.
   */
  create(app: App, name: string, spec: JobSpec, nonce: string): Promise<Job>;
  /**
   * Changes fields of the spec, `null` takes one away, `undefined` leaves it; what others wrote beside them stays.
   * Throws `notFound` when the Job that was read is gone, also if another of its name is there.
   */
  change(
    job: Job | InvalidJob,
    spec: { readonly [F in keyof JobSpec]?: JobSpec[F] | null | undefined },
  ): Promise<Job | InvalidJob>;
  /**
   * Writes parts of the status, if nobody wrote the Job since it was read: else `overtaken`, also when an earlier try
   * of this very write did it, or another Job of its name is there. `gone` when it was deleted.
   */
  writeStatus(job: Job | InvalidJob, status: StatusChange): Promise<Job | InvalidJob | 'overtaken' | 'gone'>;
  /** Deletes the Job that was read; its tasks, running ones too, follow in the background. Twice is once. */
  delete(job: Job | InvalidJob): Promise<void>;
};

/** Which runs a list has; a run that is not ours is never in it. */
export type RunFilter = {
  readonly app?: string | undefined;
  readonly job?: string | undefined;
  /** Of any of these jobs; none of them: no run. */
  readonly jobs?: readonly string[] | undefined;
  readonly id?: string | undefined;
  /** Only runs whose end has not been told: the active ones, and those that have just ended. */
  readonly unreported?: boolean | undefined;
};

/** A run in a list: what labels, annotations and Tekton's own columns tell. */
export type RunRow = Omit<RunRecord, 'completedAt' | 'taskRun'>;

/** A part of a list of runs; `here` asks for this very part again, with the rows that it has now, and may expire. */
export type RunPage = Page<RunRow> & { readonly here: string };

export type Runs = {
  /**
   * Creates the run. A name that is taken is an answer, not an error: with the run that has it, or without one where
   * that run is not ours. The adapter may repeat a create whose answer was lost; the nonce tells that run from others.
   */
  create(
    run: PipelineRun,
  ): Promise<{ outcome: 'created'; run: RunRecord } | { outcome: 'exists'; run: RunRecord | undefined }>;
  /** Throws `notFound` for a run that is not there or not ours. */
  get(space: string, name: string): Promise<RunRecord>;
  /** `undefined` for a run that is not there or not ours. */
  find(space: string, name: string): Promise<RunRecord | undefined>;
  list(
    space: string,
    filter: RunFilter,
    page: { limit: number; after?: string | undefined },
  ): Promise<RunPage>;
  /** The TaskRuns of these runs; a run that has none yet is left out. */
  taskRuns(space: string, runs: readonly string[]): Promise<readonly TaskRunRecord[]>;
  /**
   * Asks Tekton to cancel the run; `finished` when it had ended before, `gone` when it is not there. `because` is kept as the task's reason where
   * it was not a user who asked.
   */
  cancel(
    space: string,
    name: string,
    because?: 'PendingTimeout' | 'Replaced',
  ): Promise<'cancelling' | 'finished' | 'gone'>;
  /** Lets a parked run go; twice is once. `finished` when it was cancelled before, or is gone. */
  admit(space: string, name: string, now: Date): Promise<'admitted' | 'finished'>;
  /** Marks a finished run as told. One that is gone needs no mark. */
  markReported(space: string, name: string): Promise<void>;
  /** Whether a filter means more than so many runs, ones that are being deleted too: the thinnest list there is. */
  countExceeds(space: string, filter: RunFilter, count: number): Promise<boolean>;
  /**
   * Deletes this very run; its TaskRun and pod, and so its log, follow in the background. `gone` when it was deleted
   * before, also if another run has its name now.
   */
  delete(run: Pick<RunRow, 'space' | 'name' | 'uid'>): Promise<'deleted' | 'gone'>;
  /** Whether a pod is there, ending too: its processes may still run. */
  hasPod(space: string, pod: string): Promise<boolean>;
};

export type LogStart = { readonly tail?: number | undefined; readonly since?: number | undefined };

export type Logs = {
  /**
   * The lines of the task's container in a pod, or of a build's `step`, from the last `tail` lines or from the second
   * `since` on. `notStarted` before the container runs, `gone` when there is no such pod.
   */
  read(
    space: string,
    pod: string,
    start: LogStart,
    step?: string,
  ): Promise<AsyncIterable<LogLine> | 'notStarted' | 'gone'>;
};

/** Logs that outlive their pods. */
export type LogArchive = {
  /**
   * The lines of the task's container in a pod of a task that lived in this time, as {@link Logs} gives them. `gone`
   * when the archive has none, perhaps not yet: a line takes some seconds to get there. Throws `unavailable`.
   */
  read(
    space: string,
    pod: string,
    lived: { readonly from: Date; readonly to: Date },
    start: LogStart,
  ): Promise<AsyncIterable<LogLine> | 'gone'>;
};

/** The App that owns a Secret, which may be gone; `other` for a Secret that no App owns. */
export type SecretOwner = { readonly app: string; readonly uid: string } | 'other';

export type Secrets = {
  /** `undefined` when there is no such Secret, or none that an app may be given: a service account's token. */
  find(space: string, name: string): Promise<Credentials | undefined>;
  /** Whether it is a service account's token. `false` too when there is no such Secret. */
  isAccountToken(space: string, name: string): Promise<boolean>;
  /** `undefined` when there is no such Secret. */
  owner(space: string, name: string): Promise<SecretOwner | undefined>;
  /** Makes the Secret, which `owner` owns, or replaces its data. Refuses one that somebody else owns. */
  put(owner: App, name: string, data: Credentials): Promise<void>;
  /** Makes the Secret of a run, which owns it. One of that name is an answer: what it holds can't be asked with this right alone. */
  createOwned(
    run: Pick<RunRecord, 'space' | 'name' | 'uid'>,
    name: string,
    data: Credentials,
  ): Promise<'made' | 'exists'>;
};

export type ServiceAccounts = {
  /** Whether tasks of the space may run as this service account: it is there and carries the label that allows it. */
  allowsTasks(space: string, name: string): Promise<boolean>;
};

export type Spaces = {
  /**
   * Names of the namespaces that are open, in no order. Throws `forbidden` where the cluster's roles do not let them be
   * listed, and `unavailable`.
   */
  list(): Promise<readonly string[]>;
};

/** What the actions need of the world. */
export type Ports = {
  readonly apps: Apps;
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly builds: Builds;
  readonly logs: Logs;
  /** Absent where the stage names no place for logs. */
  readonly archive?: LogArchive | undefined;
  readonly secrets: Secrets;
  readonly serviceAccounts: ServiceAccounts;
  /** The reader alone has the right to list them. */
  readonly spaces: Spaces;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
  /** Cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** What the actions need that write rules: only their functions have the right to, and the SDK for it. */
export type SchedulingPorts = Ports & {
  readonly rules: Rules;
  /** The stage whose rules these are, and how many it may have. */
  readonly stage: EventStage & { readonly maxRules: number };
};

/** What starts builds needs; `building` is absent where the stage builds nothing. */
export type BuildingPorts = Ports & { readonly building?: Building | undefined };

/** What taking uploads needs; `uploads` is absent where the stage builds nothing. */
export type UploadingPorts = Ports & {
  readonly uploads?: { readonly sources: Sources; readonly mostBytes: number } | undefined;
};

/** What the reconcile needs: it alone tells the world what happened. */
export type ReconcilingPorts = SchedulingPorts & BuildingPorts & { readonly bus: Bus };

/** What the function needs that starts a task for an event. */
export type FiringPorts = Ports & { readonly stage: EventStage };
