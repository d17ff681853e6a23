export type BuildState = 'pending' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** The newest build of an app, as its status keeps it. Times are RFC 3339. */
export type AppBuild = {
  /** Name of its run. */
  readonly name: string;
  /** Of all that it is built of: another one means another image. */
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
