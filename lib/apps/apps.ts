import type { AppBuild, BuiltImage } from '../builds/build.ts';
import type { Page } from '../platform/paginate.ts';
import type { App, AppConditionUpdate, AppSpec, InvalidApp } from './app.ts';
import type { ApplyLease } from './apply-lease.ts';

/** Build and image for the status of an App. Without `image` the recorded one stays. */
export type BuildUpdate = {
  readonly build?: AppBuild | undefined;
  readonly image?: BuiltImage | undefined;
};

/** Port to the Apps of the cluster. Every method throws `forbidden` for a namespace that is not open, and `unavailable`. */
export type Apps = {
  /** Throws `notFound`, and `conflict` for an App that no task can run on. */
  get(space: string, name: string): Promise<App>;
  /** Returns the App, valid or not; `undefined` when there is none. */
  find(space: string, name: string): Promise<App | InvalidApp | undefined>;
  list(space: string, page: { limit: number; after?: string | undefined }): Promise<Page<App | InvalidApp>>;
  /**
   * Pages through all Apps in the cluster, including namespaces that are not open. `withinMs`: deadline of all pages
   * together; absent: each page has the deadline of a read.
   */
  all(withinMs?: number): AsyncIterable<readonly (App | InvalidApp)[]>;
  /**
   * Creates the App or replaces its spec; idempotent. The nonce identifies an App whose create is retried after a lost
   * response, so that it is still `created`.
   */
  put(space: string, name: string, spec: AppSpec, nonce: string): Promise<{ app: App; created: boolean }>;
  /** Writes the condition `BindingsReady` of the App that was read. Does nothing when it is gone. */
  updateBindingsCondition(app: App, update: AppConditionUpdate, now: Date): Promise<void>;
  /** Writes the condition `Ready` of the App that was read. Does nothing when it has changed since. */
  updateReadyCondition(app: App | InvalidApp, update: AppConditionUpdate, now: Date): Promise<void>;
  /**
   * Writes build and image of the App, if nothing was pushed since it was read; otherwise writes nothing and returns
   * `changed`. Without `build` the App has none. Throws `conflict` when each attempt loses to another writer.
   */
  updateBuildStatus(app: App, update: BuildUpdate): Promise<'updated' | 'changed'>;
  /**
   * Writes the lease of an apply that `change` returns for the current one; `null` removes it, `undefined` leaves it. Returns
   * the lease that is there then. Throws `notFound` when the App that was read is gone, and `conflict` when each attempt loses
   * to another writer.
   */
  changeApplyLease(
    app: App,
    change: (current: ApplyLease | undefined) => ApplyLease | null | undefined,
  ): Promise<ApplyLease | undefined>;
  /** Deletes the App; its Jobs, tasks and Secret are deleted in the background. Throws `notFound`. */
  delete(space: string, name: string): Promise<void>;
};
