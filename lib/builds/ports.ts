import type { BuildRecord, BuildSettings, BuildTaskRun } from './build.ts';
import type { BuildRun } from './pipeline-run.ts';
import type { SourceFile } from './source.ts';

/** Where an upload is to be sent: the URL and headers are signed, to be sent as they are. */
export type Upload = {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: string;
};

/** The store of sources. Those of one app are reached by its space and name alone. Throws `unavailable`. */
export type Sources = {
  /** Whether the source is there, and stays for as long as a build may take. */
  has(space: string, app: string, sha256: string): Promise<boolean>;
  /** A signed PUT of just this file, for 15 minutes. */
  upload(space: string, app: string, file: SourceFile): Promise<Upload>;
  /** A signed GET, for an hour at most. */
  download(space: string, app: string, sha256: string): Promise<string>;
};

/** A registry whose password is made for each build. */
export type Registry = {
  /** A `config.json` for DOCKER_CONFIG. */
  credentials(): Promise<string>;
};

/** What a stage builds images with. */
export type Building = {
  readonly settings: BuildSettings;
  readonly sources: Sources;
  /** Absent where builds push without a password, or with that of a Secret in their space. */
  readonly registry?: Registry | undefined;
};

/** Why Taskbridge itself cancels a build. */
type BuildCancel = 'Overtaken' | 'PendingTimeout';

/** Builds as runs of the cluster; a run that is no build of ours is none. Throws `forbidden` and `unavailable`. */
export type Builds = {
  /** Creates the run. A name that is taken is an answer: with the build that has it, if it is one. */
  create(
    run: BuildRun,
  ): Promise<
    { outcome: 'created'; build: BuildRecord } | { outcome: 'exists'; build: BuildRecord | undefined }
  >;
  find(space: string, name: string): Promise<BuildRecord | undefined>;
  /** All builds that are kept of an app, ones that are being deleted too, newest first. */
  list(space: string, app: string): Promise<readonly BuildRecord[]>;
  /** The TaskRuns of these builds with their steps; a build that has none yet is left out. */
  taskRuns(space: string, builds: readonly string[]): Promise<readonly BuildTaskRun[]>;
  /** Asks Tekton to cancel the build; `finished` when it had ended before, `gone` when it is not there. */
  cancel(space: string, name: string, because: BuildCancel): Promise<'cancelling' | 'finished' | 'gone'>;
  /** Deletes this very run; `gone` when it was deleted before, also if another has its name now. */
  delete(build: Pick<BuildRecord, 'space' | 'name' | 'uid'>): Promise<'deleted' | 'gone'>;
};
