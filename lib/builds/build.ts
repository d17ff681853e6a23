import { type Condition, isActive, type RunRecord } from '../tasks/task.ts';
import { type Source, sourceId } from './source.ts';

export type BuildState = 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** Newest build of an app, as recorded in its status. Times are RFC 3339. */
export type AppBuild = {
  /** Name of the PipelineRun. */
  readonly name: string;
  /** See `sourceId`: another id means another build. */
  readonly id: string;
  readonly sha256: string;
  readonly state: BuildState;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly createdAt: string;
  readonly finishedAt?: string | undefined;
};

/** Image of an app's tasks: built from one of its sources, or pushed before them. */
export type BuiltImage = {
  /** `repository@sha256:…`, or as it was pushed. */
  readonly image: string;
  /** Name of the build's PipelineRun, which may be gone. Absent: the image was pushed. */
  readonly build?: string | undefined;
  /** Id of the source that it was built from. */
  readonly id?: string | undefined;
  /** Process types that the image can start, such as `task` and `web`. */
  readonly processes: readonly string[];
};

/** Steps of a build, in order. */
export const PHASES = ['fetch', 'analyze', 'detect', 'restore', 'build', 'export', 'digest'] as const;
export type Phase = (typeof PHASES)[number];

/** Build settings of a stage. */
export type BuildSettings = {
  readonly builder: string;
  readonly runImage: string;
  /** Repository that images are pushed to, or its prefix. */
  readonly repository: string;
  /** User and group of the builder. */
  readonly user: { readonly uid: number; readonly gid: number };
  readonly serviceAccount: string;
  /** `memory` and `disk` in bytes, `cpu` in thousandths of a processor. */
  readonly memory: number;
  readonly disk: number;
  readonly cpu: number;
  readonly timeoutSeconds: number;
  readonly registryAuth:
    | { readonly kind: 'none' }
    /** Secret of type dockerconfigjson in each space. */
    | { readonly kind: 'secret'; readonly name: string }
    /** `role`: ARN of the role whose session pushes, limited to the repository of one space. */
    | { readonly kind: 'ecr'; readonly region: string; readonly role: string };
  readonly insecureRegistries: readonly string[];
};

/** PipelineRun of a build. */
export type BuildRecord = RunRecord & {
  readonly id: string;
  readonly sha256: string;
  /** Repository that the image is pushed to. */
  readonly repository: string;
  /** Results of the steps; absent before the end. */
  readonly digest?: string | undefined;
  readonly processes?: readonly string[] | undefined;
};

/** Step of a build, as its TaskRun reports it. */
export type BuildStep = {
  readonly name: string;
  readonly waitingFor?: string | undefined;
  readonly runningSince?: string | undefined;
  /** Tekton's termination reason: `Completed`, `Skipped`, `Error`. */
  readonly ending?: string | undefined;
  readonly terminated?:
    | {
        readonly exitCode: number;
        readonly reason?: string | undefined;
        readonly startedAt?: string | null | undefined;
        readonly finishedAt?: string | null | undefined;
      }
    | undefined;
};

/** TaskRun of a build. */
export type BuildTaskRun = {
  readonly name: string;
  readonly run: string;
  readonly pod?: string | undefined;
  readonly condition?: Condition | undefined;
  readonly steps: readonly BuildStep[];
};

/** Build as the API returns it. Times are RFC 3339. */
export type Build = {
  readonly name: string;
  readonly app: string;
  readonly sha256: string;
  readonly state: BuildState;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly image?: string | undefined;
  readonly processes?: readonly string[] | undefined;
  readonly createdAt: string;
  readonly startedAt?: string | undefined;
  readonly finishedAt?: string | undefined;
  /** Current step of a running build. */
  readonly phase?: Phase | undefined;
  readonly requestedBy?: string | undefined;
};

const ENDED: readonly BuildState[] = ['succeeded', 'failed', 'cancelled'];
export const isEnded = (state: BuildState): boolean => ENDED.includes(state);

/** Ended builds kept for each app, besides the one whose image is in use. */
const RETENTION = 5;

/** Time that a build may take to start, in ms. */
const PENDING_TIMEOUT_MS = 30 * 60_000;

/** App as far as it concerns builds. */
type BuildOwner = {
  readonly spec: { readonly source?: Source | undefined };
  readonly build?: AppBuild | undefined;
};

/** True when the app's source has no build yet, or one whose end is not recorded in the app's status. */
export const needsBuild = ({ spec, build }: BuildOwner): boolean =>
  spec.source !== undefined &&
  (build === undefined || build.id !== sourceId(spec.source) || !isEnded(build.state));

/** Ended builds of an app beyond its retention. `builds`: newest first; `inUse`: name of the build of the app's image. */
export function expiredBuilds(
  builds: readonly BuildRecord[],
  inUse: string | undefined,
): readonly BuildRecord[] {
  const ended = builds.filter((build) => !isActive(build) && !build.deleting);
  return ended.slice(RETENTION).filter(({ name }) => name !== inUse);
}

/** True for a build that has been pending for 30 minutes. */
export const waitsTooLong = (
  { state, createdAt }: Pick<AppBuild, 'state' | 'createdAt'>,
  now: Date,
): boolean => state === 'pending' && now.getTime() - Date.parse(createdAt) >= PENDING_TIMEOUT_MS;
