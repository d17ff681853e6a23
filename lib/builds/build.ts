import type { Condition, RunRecord } from '../tasks/task.ts';

export type BuildState = 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** The newest build of an app, as its status keeps it. Times are RFC 3339. */
export type AppBuild = {
  /** Name of its run. */
  readonly name: string;
  /** Of the source with its environment: another one means another build. */
  readonly id: string;
  readonly sha256: string;
  readonly state: BuildState;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly createdAt: string;
  readonly finishedAt?: string | undefined;
};

/** An image that was built of an app's source. */
export type BuiltImage = {
  /** `repository@sha256:…` */
  readonly image: string;
  /** Name of the build's run, which may be gone. */
  readonly build: string;
  /** Process types that the image can start, such as `task` and `web`. */
  readonly processes: readonly string[];
};

/** The steps of a build, in order. */
export const PHASES = ['fetch', 'analyze', 'detect', 'restore', 'build', 'export', 'digest'] as const;
export type Phase = (typeof PHASES)[number];

/** How the images of a stage are built. */
export type BuildSettings = {
  readonly builder: string;
  readonly runImage: string;
  /** What built images are pushed to. */
  readonly repository: string;
  /** The builder's user and group. */
  readonly user: { readonly uid: number; readonly gid: number };
  readonly serviceAccount: string;
  /** Bytes, and thousandths of a processor. */
  readonly memory: number;
  readonly disk: number;
  readonly cpu: number;
  readonly timeoutSeconds: number;
  readonly registryAuth:
    | { readonly kind: 'none' }
    /** A Secret of type dockerconfigjson in each space. */
    | { readonly kind: 'secret'; readonly name: string }
    | { readonly kind: 'ecr'; readonly region: string };
  readonly insecureRegistries: readonly string[];
};

/** A build's run. */
export type BuildRecord = RunRecord & {
  readonly id: string;
  readonly sha256: string;
  /** The repository that its image is pushed to. */
  readonly repository: string;
  /** What its steps found out; absent before its end. */
  readonly digest?: string | undefined;
  readonly processes?: readonly string[] | undefined;
};

/** A step of a build, as its TaskRun tells of it. */
export type BuildStep = {
  readonly name: string;
  readonly waitingFor?: string | undefined;
  readonly runningSince?: string | undefined;
  /** Tekton's word for how it ended: `Completed`, `Skipped`, `Error`. */
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

/** The TaskRun of a build. */
export type BuildTaskRun = {
  readonly name: string;
  readonly run: string;
  readonly pod?: string | undefined;
  readonly condition?: Condition | undefined;
  readonly steps: readonly BuildStep[];
};

/** A build as a user sees it. */
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
  /** Of a running one: the step that it is at. */
  readonly phase?: Phase | undefined;
  readonly requestedBy?: string | undefined;
};

const ENDED: readonly BuildState[] = ['succeeded', 'failed', 'cancelled'];
export const isEnded = (state: BuildState): boolean => ENDED.includes(state);
