import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Secrets } from '../apps/bindings.ts';
import { kubernetesApps } from '../apps/repository.ts';
import { kubernetesSecrets } from '../apps/repository-secrets.ts';
import {
  kubernetesParameters,
  kubernetesServiceAccounts,
  kubernetesSpaces,
} from '../apps/repository-spaces.ts';
import type { BuildSettings } from '../builds/build.ts';
import type { Building, Registry } from '../builds/builds.ts';
import { kubernetesBuilds } from '../builds/repository.ts';
import { ecrRegistry } from '../builds/repository-registry.ts';
import { s3Sources } from '../builds/repository-sources.ts';
import { kubernetesJobs } from '../jobs/repository.ts';
import { LAST_LOG_MS } from '../tasks/last-log.ts';
import type { LogArchive } from '../tasks/log.ts';
import { kubernetesRunSecrets, kubernetesRuns } from '../tasks/repository.ts';
import { logArchive } from '../tasks/repository-log-archive.ts';
import { kubernetesLogs } from '../tasks/repository-logs.ts';
import type { RunSecrets } from '../tasks/runs.ts';
import { cloudFormationResponses } from './aws/cloudformation-response.ts';
import { callsOn } from './aws/cloudwatch-logs.ts';
import { type ClusterAuth, config } from './config.ts';
import { type Connection, createClient } from './kubernetes/client.ts';
import { cachedToken, fileToken, readCertificate, type TokenSource } from './kubernetes/transport.ts';
import { embeddedMetrics, jsonLog } from './metrics.ts';
import { traceContextOfXRay } from './trace.ts';
import { lazyEventBridge } from './wiring-eventbridge.ts';

/*
 * Wiring: the ports of one invocation over the cluster and AWS. Each function imports the set that it uses, and its bundle
 * holds no more, so no module-level call here may have an effect. `withinMs`: deadline of all calls of a set.
 */

const now = (): Date => new Date();

/** Lifetime of a cached token: EKS accepts one for 15 minutes. A secret is read again as often. */
const TOKEN_KEPT_MS = 10 * 60_000;

/** Source of the token of a sign-in. Loads the module of its kind at the first request: others never pay for it. */
function tokenOf(auth: ClusterAuth): TokenSource | undefined {
  const cached = (load: () => Promise<string>) => cachedToken(load, TOKEN_KEPT_MS, Date.now);
  switch (auth.kind) {
    case 'certificate':
      return undefined;
    case 'token-file':
      return fileToken(auth.file, Date.now);
    case 'eks':
      return cached(async () => {
        const { eksToken } = await import('./aws/eks-token.ts');
        return eksToken(auth.cluster, auth.region, config.role(), now());
      });
    case 'token-secret':
      return cached(async () => {
        const { secretToken } = await import('./aws/secret-token.ts');
        return secretToken({ ...auth, credentials: config.role() });
      });
  }
}

/** Connects to the configured cluster. Sends nothing before the first call. */
async function connectToCluster(): Promise<Connection> {
  const { endpoint, ca, auth } = config.cluster();
  const certificate = auth.kind === 'certificate' ? await readCertificate(auth) : {};
  return createClient({ endpoint, tls: { ca, ...certificate }, token: tokenOf(auth) });
}

let cluster: Promise<Connection> | undefined;

/**
 * The ports that `portsOver` makes over the cluster, with the common ones. Connections are made by the first invocation and
 * kept while the process is warm.
 */
async function overCluster<P>(withinMs: number, portsOver: (connection: Connection) => P) {
  cluster ??= connectToCluster().catch((error: unknown) => {
    // The next invocation tries again: what was missing may be there by then.
    cluster = undefined;
    throw error;
  });
  const ports = portsOver((await cluster).withDeadline(withinMs));
  const metrics = embeddedMetrics(config.stackName(), now);
  const trace = traceContextOfXRay(config.traceHeader());
  const gpuResource = config.gpuResource();
  return { now, wait, random: randomBytes, log: jsonLog, metrics, trace, gpuResource, ...ports };
}

const tasksOver = (connection: Connection) => ({
  apps: kubernetesApps(connection),
  runs: kubernetesRuns(connection),
});

const startsOver = (connection: Connection) => ({
  ...tasksOver(connection),
  builds: kubernetesBuilds(connection),
});

const jobsOver = (connection: Connection) => ({
  ...startsOver(connection),
  jobs: kubernetesJobs(connection),
});

/** Ports of the function that prunes tasks. */
export const liveTaskPorts = (withinMs: number) => overCluster(withinMs, tasksOver);

/** Ports of the function that terminates tasks. */
export const liveTerminatePorts = (withinMs: number) =>
  overCluster(withinMs, (connection) => ({
    runs: kubernetesRuns(connection),
    logs: kubernetesLogs(connection, LAST_LOG_MS),
  }));

/** Ports of the function that runs tasks of apps. */
export const liveRunTaskPorts = (withinMs: number) => overCluster(withinMs, startsOver);

/** Ports of the functions that run jobs, and of the one that deletes an app with its jobs. */
export const liveJobPorts = (withinMs: number) => overCluster(withinMs, jobsOver);

/** Ports of the functions that start tasks for events. */
export const liveEventPorts = (withinMs: number) =>
  overCluster(withinMs, (connection) => ({
    ...jobsOver(connection),
    secrets: kubernetesRunSecrets(connection),
    stage: config.events(),
  }));

/** Ports of read, which alone may list the spaces and read archived logs. */
export const liveReadPorts = (withinMs: number) =>
  overCluster(withinMs, (connection) => ({
    ...jobsOver(connection),
    logs: kubernetesLogs(connection),
    archive: archiveWithin(withinMs),
    spaces: kubernetesSpaces(connection),
  }));

/** `undefined` where the stage has no log archive. */
function archiveWithin(withinMs: number): LogArchive | undefined {
  const group = config.logGroup();
  return group && logArchive(callsOn({ ...group, credentials: config.role() }, withinMs));
}

/** Ports of the function that pushes apps, starts their builds and applies their jobs. */
export const livePushPorts = (withinMs: number) =>
  overCluster(withinMs, (connection) => ({
    apps: kubernetesApps(connection),
    jobs: kubernetesJobs(connection),
    builds: kubernetesBuilds(connection),
    secrets: liveSecrets(connection),
    serviceAccounts: kubernetesServiceAccounts(connection),
    parameters: kubernetesParameters(connection),
    building: liveBuilding(),
    stage: config.rules().stage,
  }));

const liveSecrets = (connection: Connection): Secrets & RunSecrets => ({
  ...kubernetesSecrets(connection),
  ...kubernetesRunSecrets(connection),
});

/** Ports of the function that signs uploads. */
export const liveUploadPorts = (withinMs: number) =>
  overCluster(withinMs, (connection) => ({
    apps: kubernetesApps(connection),
    uploads: config.builds() && liveSources(),
  }));

function liveSources() {
  const settings = config.sources();
  if (settings === undefined) return undefined;
  const { maxBytes, ...bucket } = settings;
  return { sources: s3Sources({ ...bucket, credentials: config.role() }, { now, wait }), maxBytes };
}

/** `undefined` where the stage builds no images. */
function liveBuilding(): Building | undefined {
  const settings = config.builds();
  const stored = liveSources();
  if (settings === undefined || stored === undefined) return undefined;
  return { settings, sources: stored.sources, registry: registryOf(settings) };
}

function registryOf({ registryAuth, repository }: BuildSettings): Registry | undefined {
  if (registryAuth.kind !== 'ecr') return undefined;
  const { region, role } = registryAuth;
  const endpoints = { endpoint: config.ecrEndpoint(), stsEndpoint: config.stsEndpoint() };
  return ecrRegistry({ region, role, repository, ...endpoints, credentials: config.role() });
}

/** Rules and bus, whose client the first call makes; without PURE each bundle would hold the SDK for them. */
const eventBridgeWithin = /* @__PURE__ */ lazyEventBridge(() => {
  const { stage, ...options } = config.rules();
  return { ...stage, ...options, credentials: config.role() };
});

/** Ports of the functions that write jobs, and with them their rules. */
export const liveSchedulePorts = (withinMs: number) =>
  overCluster(withinMs, (connection) => ({
    apps: kubernetesApps(connection),
    jobs: kubernetesJobs(connection),
    rules: eventBridgeWithin(withinMs).rules,
    stage: config.rules().stage,
  }));

/** Ports of the reconcile, the only function whose role may publish events. */
export const liveReconcilePorts = (withinMs: number) =>
  overCluster(withinMs, (connection) => ({
    ...jobsOver(connection),
    ...eventBridgeWithin(withinMs),
    secrets: liveSecrets(connection),
    building: liveBuilding(),
    stage: config.rules().stage,
  }));

/** Ports of cleanup, which has no identity in the cluster. Nobody waits for one call of it: each may take all the time. */
export const liveCleanupPorts = (withinMs: number) => ({
  rules: eventBridgeWithin(withinMs, { totalMs: withinMs }).rules,
  answers: cloudFormationResponses(),
  log: jsonLog,
  wait,
});
