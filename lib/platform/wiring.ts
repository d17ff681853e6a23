import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Apps } from '../apps/apps.ts';
import type { Secrets } from '../apps/bindings.ts';
import type { Spaces } from '../apps/list.ts';
import type { ServiceAccounts } from '../apps/push.ts';
import { kubernetesApps } from '../apps/repository.ts';
import { kubernetesSecrets } from '../apps/repository-secrets.ts';
import { kubernetesServiceAccounts, kubernetesSpaces } from '../apps/repository-spaces.ts';
import type { BuildSettings } from '../builds/build.ts';
import type { Building, Builds, Registry } from '../builds/builds.ts';
import { kubernetesBuilds } from '../builds/repository.ts';
import { ecrRegistry } from '../builds/repository-registry.ts';
import { s3Sources } from '../builds/repository-sources.ts';
import type { Sources } from '../builds/source.ts';
import type { Bus } from '../events/publish.ts';
import type { EventStage } from '../events/trigger-rules.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { kubernetesJobs } from '../jobs/repository.ts';
import type { Rules } from '../schedules/rules.ts';
import type { LogArchive, Logs } from '../tasks/log.ts';
import { kubernetesRuns } from '../tasks/repository.ts';
import { logArchive } from '../tasks/repository-log-archive.ts';
import { kubernetesLogs } from '../tasks/repository-logs.ts';
import { kubernetesRunSecrets } from '../tasks/repository-secrets.ts';
import type { RunSecrets, Runs } from '../tasks/runs.ts';
import { cloudFormationResponses } from './aws/cloudformation-response.ts';
import { callsOn } from './aws/cloudwatch-logs.ts';
import { type ClusterAuth, config } from './config.ts';
import { type Connection, createClient } from './kubernetes/client.ts';
import { cachedToken, fileToken, readCertificate, type TokenSource } from './kubernetes/transport.ts';
import { embeddedMetrics, jsonLog } from './metrics.ts';
import type { Log, Metrics } from './observability.ts';
import { lazyEventBridge } from './wiring-eventbridge.ts';

/*
 * Wiring: the ports of one invocation over the cluster and AWS. Each function imports the set that it needs, and its bundle
 * holds no more than that, so no module-level call here may have an effect. `withinMs`: deadline of all calls of a set.
 */

/** Ports of all functions but cleanup. */
export type Ports = {
  readonly apps: Apps;
  readonly jobs: Jobs;
  readonly runs: Runs;
  readonly builds: Builds;
  readonly logs: Logs;
  /** Absent where the stage has no log archive. */
  readonly archive?: LogArchive | undefined;
  readonly secrets: Secrets & RunSecrets;
  readonly serviceAccounts: ServiceAccounts;
  /** Only the reader's role may list them. */
  readonly spaces: Spaces;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
  /** Returns cryptographically random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** Ports of functions that write rules: only their roles may, and only they load the SDK. */
export type SchedulingPorts = Ports & {
  readonly rules: Rules;
  /** Stage that owns the rules, and its quota of them. */
  readonly stage: EventStage & { readonly maxRules: number };
};

/** Ports of functions that start builds; `building` is absent where the stage builds no images. */
export type BuildingPorts = Ports & { readonly building?: Building | undefined };

/** Ports of the function that signs uploads; `uploads` is absent where the stage builds no images. */
export type UploadingPorts = Ports & {
  readonly uploads?: { readonly sources: Sources; readonly maxBytes: number } | undefined;
};

/** Ports of the reconcile, the only function that publishes events. */
export type ReconcilingPorts = SchedulingPorts & BuildingPorts & { readonly bus: Bus };

/** Ports of functions that start tasks for events. */
export type FiringPorts = Ports & { readonly stage: EventStage };

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

/** Loads its module at the first request, as {@link signEksToken} does. */
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
  const { maxBytes, ...bucket } = settings;
  return { sources: s3Sources({ ...bucket, credentials: config.role() }, { now, wait }), maxBytes };
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
