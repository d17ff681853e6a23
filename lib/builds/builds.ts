import type { BuildRecord, BuildSettings, BuildTaskRun } from './build.ts';
import type { BuildRun } from './pipeline-run.ts';
import type { Sources } from './source.ts';

/** Image registry that takes a new password for each build. */
export type Registry = {
  /** Returns a `config.json` for DOCKER_CONFIG, with which a build of this space pushes to its repository alone. */
  credentials(space: string): Promise<string>;
};

/** Settings and ports of a stage that builds images. */
export type Building = {
  readonly settings: BuildSettings;
  readonly sources: Sources;
  /** Absent where builds push without a password, or with one from a Secret in their space. */
  readonly registry?: Registry | undefined;
};

/** Reason that Taskbridge cancels a build. */
type BuildCancel = 'Superseded' | 'PendingTimeout';

/** Port to the PipelineRuns of builds; other runs are not found. Throws `forbidden` and `unavailable`. */
export type Builds = {
  /** Creates the run. For a name that is taken, `exists`, with its build if it is one. */
  create(
    run: BuildRun,
  ): Promise<
    { outcome: 'created'; build: BuildRecord } | { outcome: 'exists'; build: BuildRecord | undefined }
  >;
  find(space: string, name: string): Promise<BuildRecord | undefined>;
  /** Returns all kept builds of an app, including ones that are being deleted, newest first. */
  list(space: string, app: string): Promise<readonly BuildRecord[]>;
  /** Returns the TaskRuns that these builds own, with their steps, without builds that have none yet. */
  taskRuns(
    space: string,
    builds: readonly Pick<BuildRecord, 'name' | 'uid'>[],
  ): Promise<readonly BuildTaskRun[]>;
  /** Requests cancellation of the build; `finished` when it had ended before, `gone` when it does not exist. */
  cancel(space: string, name: string, because: BuildCancel): Promise<'cancelling' | 'finished' | 'gone'>;
  /** Deletes this build, by uid; `gone` when it was deleted before, even if another run has its name. */
  delete(build: Pick<BuildRecord, 'space' | 'name' | 'uid'>): Promise<'deleted' | 'gone'>;
};
