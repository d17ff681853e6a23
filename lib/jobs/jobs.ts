import type { App, Resources } from '../apps/app.ts';
import type { Page } from '../platform/paginate.ts';
import type { InvalidJob, Job, JobSpec, JobStatus } from './job.ts';

/** Fields of a job's spec to write; `null` removes a field, `undefined` leaves it. Resources are merged, each by itself. */
export type SpecChange = {
  readonly [F in keyof JobSpec]?: (F extends 'resources' ? ResourcesChange : JobSpec[F]) | null | undefined;
};
type ResourcesChange = { readonly [R in keyof Resources]?: Resources[R] | null };

/** Fields of a job's status to write; `null` removes a field, `undefined` leaves it. */
export type StatusChange = { readonly [P in keyof JobStatus]?: JobStatus[P] | null | undefined };

/** Port to the Jobs of the cluster. Every method throws `forbidden` for a namespace that is not open, and `unavailable`. */
export type Jobs = {
  /** Throws `notFound`. */
  get(space: string, name: string): Promise<Job | InvalidJob>;
  /** Returns `undefined` when there is none. */
  find(space: string, name: string): Promise<Job | InvalidJob | undefined>;
  list(space: string, page: { limit: number; after?: string | undefined }): Promise<Page<Job | InvalidJob>>;
  /**
   * Pages through all Jobs in the cluster, including namespaces that are not open. `withinMs`: deadline of all pages
   * together; absent: each page has the deadline of a read.
   */
  all(withinMs?: number): AsyncIterable<readonly (Job | InvalidJob)[]>;
  /**
   * Creates the Job with `app` as its owner. Throws `conflict` when the name is taken. The nonce identifies a Job whose
   * create is retried after a lost response. `isTemporary`: marks it as one that is removed after its run; `isApplied`: as one
   * that an apply for this app made.
   */
  create(
    app: App,
    name: string,
    spec: JobSpec,
    nonce: string,
    mark?: { readonly isTemporary?: boolean; readonly isApplied?: boolean },
  ): Promise<Job>;
  /**
   * Patches fields of the spec; fields of other writers stay. Throws `notFound` when the Job that was read is gone, even if
   * another one has its name.
   */
  change(job: Job | InvalidJob, spec: SpecChange): Promise<Job | InvalidJob>;
  /**
   * As `change`, if the Job has not been written since it was read; otherwise returns `conflict`. `app`: takes the place of
   * the App that owns the Job, in the same write; a Job that no App owns gets no owner.
   */
  update(job: Job | InvalidJob, spec: SpecChange, app?: App): Promise<Job | InvalidJob | 'conflict'>;
  /**
   * Replaces the spec as a whole, fields of other writers too. Throws `conflict` when the Job that was read is gone, or of
   * another app by now.
   */
  replace(job: Job | InvalidJob, spec: JobSpec): Promise<Job | InvalidJob>;
  /**
   * Writes fields of the status if the Job has not been written since it was read. Otherwise returns `conflict`, also
   * when an earlier attempt of this write succeeded or another Job has its name; `gone` when it was deleted.
   */
  writeStatus(job: Job | InvalidJob, status: StatusChange): Promise<Job | InvalidJob | 'conflict' | 'gone'>;
  /**
   * Deletes the Job that was read; its tasks, running ones too, are deleted in the background. Idempotent. `unchanged`: only
   * while nobody has written it since.
   */
  delete(job: Job | InvalidJob, only?: 'unchanged'): Promise<void>;
};
