import { SOURCES_BUCKET } from '../s3/start.ts';

/** Build settings of a cluster, as the functions receive them. */
export type BuildConfig = {
  /** Address of this machine that the cluster's pods can reach. Absent: loopback. */
  readonly host?: string;
  readonly builder: string;
  readonly runImage: string;
  readonly repository: string;
  readonly insecureRegistries: string;
};

/** Build settings of the embedded cluster. It has no registry: its kubelet keeps the images. */
export const EMBEDDED_BUILDS: BuildConfig = {
  builder: 'taskbridge.local/builder:1',
  runImage: 'taskbridge.local/run:1',
  repository: 'taskbridge.local/built',
  insecureRegistries: '',
};

/** Base port of the test cluster; its registry is the sixteenth port. */
const FIRST_PORT = 21_000;
const REGISTRY = 15;

/**
 * Build settings of the test cluster. `subnet`: first three octets of the pods' network. `undefined` without a subnet:
 * the pods of other clusters cannot reach this machine, so no images are built there.
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

/** Environment variables for builds and the S3 bucket of sources. */
export const buildEnvironment = (builds: BuildConfig | undefined, s3Url: string) => ({
  AWS_ENDPOINT_URL_S3: s3Url,
  TASKBRIDGE_SOURCES_BUCKET: SOURCES_BUCKET,
  TASKBRIDGE_BUILDER: builds?.builder ?? '',
  TASKBRIDGE_RUN_IMAGE: builds?.runImage ?? '',
  TASKBRIDGE_IMAGE_REPOSITORY: builds?.repository ?? '',
  TASKBRIDGE_INSECURE_REGISTRIES: builds?.insecureRegistries ?? '',
});
