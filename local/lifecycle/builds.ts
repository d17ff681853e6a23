import { SOURCES_BUCKET } from '../s3/start.ts';

/** How the images of a cluster are built, as the functions are told it. */
export type BuildConfig = {
  /** An address of this machine that the cluster's pods reach; absent: loopback. */
  readonly host?: string;
  readonly builder: string;
  readonly runImage: string;
  readonly repository: string;
  readonly insecureRegistries: string;
};

/** The embedded cluster has no registry: its kubelet knows what was built on it. */
export const EMBEDDED_BUILDS: BuildConfig = {
  builder: 'taskbridge.local/builder:1',
  runImage: 'taskbridge.local/run:1',
  repository: 'taskbridge.local/built',
  insecureRegistries: '',
};

/** Ports of the test cluster count from here; its registry has the sixteenth. */
const FIRST_PORT = 21_000;
const REGISTRY = 15;

/**
 * What builds on a cluster of the kit that these tests run on. `subnet`: the first three numbers of its pods' network.
 * `undefined` where no subnet is set: other clusters' pods do not reach this machine, so nothing is built there.
 */
export function clusterBuilds({
  TASKBRIDGE_CLUSTER_SUBNET: subnet = '',
  TASKBRIDGE_CLUSTER_PORT: port,
}: NodeJS.ProcessEnv): BuildConfig | undefined {
  if (subnet === '') return undefined;
  const host = `${subnet}.1`;
  const registry = `${host}:${Number(port ?? FIRST_PORT) + REGISTRY}`;
  return {
    host,
    builder: 'taskbridge.local/builder:1',
    runImage: `${registry}/run:1`,
    repository: registry,
    insecureRegistries: registry,
  };
}

/** What the functions are told of builds, and of the S3 that has the sources. */
export const buildEnvironment = (builds: BuildConfig | undefined, s3Url: string) => ({
  AWS_ENDPOINT_URL_S3: s3Url,
  TASKBRIDGE_SOURCES_BUCKET: SOURCES_BUCKET,
  TASKBRIDGE_BUILDER: builds?.builder ?? '',
  TASKBRIDGE_RUN_IMAGE: builds?.runImage ?? '',
  TASKBRIDGE_IMAGE_REPOSITORY: builds?.repository ?? '',
  TASKBRIDGE_INSECURE_REGISTRIES: builds?.insecureRegistries ?? '',
});
