import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { kubernetesApps } from '../apps/repository.ts';
import { kubernetesSecrets } from '../apps/repository-secrets.ts';
import { kubernetesServiceAccounts, kubernetesSpaces } from '../apps/repository-spaces.ts';
import type { BuildSettings } from '../builds/build.ts';
import type { Building, Registry } from '../builds/builds.ts';
import { kubernetesBuilds } from '../builds/repository.ts';
import { ecrRegistry } from '../builds/repository-registry.ts';
import { s3Sources } from '../builds/repository-sources.ts';
import { kubernetesJobs } from '../jobs/repository.ts';
import type { LogArchive } from '../tasks/log.ts';
import { kubernetesRuns } from '../tasks/repository.ts';
import { logArchive } from '../tasks/repository-log-archive.ts';
import { kubernetesLogs } from '../tasks/repository-logs.ts';
import { kubernetesRunSecrets } from '../tasks/repository-secrets.ts';
import { cloudFormationResponses } from './aws/cloudformation-response.ts';
import { callsOn } from './aws/cloudwatch-logs.ts';
import { type ClusterAuth, config } from './config.ts';
import { type Connection, createClient } from './kubernetes/client.ts';
import { cachedToken, fileToken, readCertificate, type TokenSource } from './kubernetes/credentials.ts';
import { jsonLog } from './logger.ts';
import { embeddedMetrics } from './metrics.ts';
import type { FiringPorts, Ports, ReconcilingPorts, UploadingPorts } from './ports.ts';
import { lazyEventBridge } from './wiring-eventbridge.ts';

/*
 * Ports of one invocation, over the real adapters. Each function imports the set that it needs; its bundle holds no
 * more than that, so no module-level call here may have an effect. Calls of a set end together after `withinMs`.
 */

const now = (): Date => new Date();

/** Lifetime of a cached token: EKS accepts one for 15 minutes. A secret is read again as often. */
const TOKEN_KEPT_MS = 10 * 60_000;

function tokenOf(auth: ClusterAuth): TokenSource | undefined {
  switch (auth.kind) {
    case 'certificate':
      return undefined;
    case 'token-file':
      return fileToken(auth.file, Date.now);
    case 'eks':
      return cachedToken(() => signEksToken(auth.cluster, auth.region), TOKEN_KEPT_MS, Date.now);
    case 'token-secret':
      return cachedToken(() => readSecretToken(auth), TOKEN_KEPT_MS, Date.now);
  }
}

/** Loads the signer at the first request: other kinds of sign-in never pay for it. */
async function signEksToken(cluster: string, region: string): Promise<string> {
  const { eksToken } = await import('./aws/eks-token.ts');
  return eksToken(cluster, region, config.role(), now());
}

/** Loads its module as the signer is. */
async function readSecretToken(auth: Extract<ClusterAuth, { kind: 'token-secret' }>): Promise<string> {
  const { secretToken } = await import('./aws/secret-token.ts');
  return secretToken({ ...auth, credentials: config.role() });
}

/** Connects to the configured cluster. Sends nothing before the first call. */
async function connectToCluster(): Promise<Connection> {
  const { endpoint, ca, auth } = config.cluster();
  const certificate = auth.kind === 'certificate' ? await readCertificate(auth) : {};
  return createClient({ endpoint, tls: { ca, ...certificate }, token: tokenOf(auth) });
}

let cluster: Promise<Connection> | undefined;

/** Ports of every function but cleanup. Connections are made by the first invocation and kept while the process is warm. */
export const livePorts = async (withinMs: number): Promise<Ports> => {
  cluster ??= connectToCluster().catch((error: unknown) => {
    // The next invocation tries again: what was missing may be there by then.
    cluster = undefined;
    throw error;
  });
  const connection = (await cluster).withDeadline(withinMs);
  return {
    apps: kubernetesApps(connection),
    jobs: kubernetesJobs(connection),
    runs: kubernetesRuns(connection),
    builds: kubernetesBuilds(connection),
    logs: kubernetesLogs(connection),
    secrets: { ...kubernetesSecrets(connection), ...kubernetesRunSecrets(connection) },
    serviceAccounts: kubernetesServiceAccounts(connection),
    spaces: kubernetesSpaces(connection),
    now,
    wait,
    random: randomBytes,
    log: jsonLog,
    metrics: embeddedMetrics(config.stackName(), now),
  };
};

function archiveWithin(withinMs: number): LogArchive | undefined {
  const group = config.logGroup();
  return group && logArchive(callsOn({ ...group, credentials: config.role() }, withinMs));
}

/** Ports of read, which alone has the right to read archived logs. */
export const liveReadingPorts = async (withinMs: number): Promise<Ports> => ({
  ...(await livePorts(withinMs)),
  archive: archiveWithin(withinMs),
});

/** Ports of the functions that start tasks for events. */
export const liveFiringPorts = async (withinMs: number): Promise<FiringPorts> => ({
  ...(await livePorts(withinMs)),
  stage: config.events(),
});

function liveSources() {
  const settings = config.sources();
  if (settings === undefined) return undefined;
  const { mostBytes, ...bucket } = settings;
  return { sources: s3Sources({ ...bucket, credentials: config.role() }, { now, wait }), mostBytes };
}

function registryOf({ registryAuth, repository }: BuildSettings): Registry | undefined {
  if (registryAuth.kind !== 'ecr') return undefined;
  const { region } = registryAuth;
  return ecrRegistry({ region, repository, endpoint: config.ecrEndpoint(), credentials: config.role() });
}

function liveBuilding(): Building | undefined {
  const settings = config.builds();
  const stored = liveSources();
  if (settings === undefined || stored === undefined) return undefined;
  return { settings, sources: stored.sources, registry: registryOf(settings) };
}

/** Ports of the functions that start builds. */
export const liveBuildingPorts = async (withinMs: number) => ({
  ...(await livePorts(withinMs)),
  building: liveBuilding(),
});

/** Ports of the function that signs uploads. */
export const liveUploadingPorts = async (withinMs: number): Promise<UploadingPorts> => ({
  ...(await livePorts(withinMs)),
  uploads: config.builds() && liveSources(),
});

/** Rules and bus, whose client the first call makes; without PURE each bundle would hold the SDK for them. */
const eventBridgeWithin = /* @__PURE__ */ lazyEventBridge(() => {
  const { stage, ...options } = config.rules();
  return { ...stage, ...options, credentials: config.role() };
});

/** Ports of the functions that write rules. Only the role of reconcile may send events. */
export const liveSchedulingPorts = async (withinMs: number): Promise<ReconcilingPorts> => ({
  ...(await livePorts(withinMs)),
  ...eventBridgeWithin(withinMs),
  building: liveBuilding(),
  stage: config.rules().stage,
});

/** Ports of cleanup, which has no identity in the cluster. */
export const liveCleanupPorts = (withinMs: number) => ({
  rules: eventBridgeWithin(withinMs).rules,
  answers: cloudFormationResponses(),
  log: jsonLog,
  wait,
});
