import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { kubernetesApps } from './adapters/kubernetes/apps.ts';
import { kubernetesBuilds } from './adapters/kubernetes/builds.ts';
import { type Connection, connect } from './adapters/kubernetes/connection.ts';
import {
  cachedToken,
  fileToken,
  readCertificate,
  type TokenSource,
} from './adapters/kubernetes/credentials.ts';
import { kubernetesJobs } from './adapters/kubernetes/jobs.ts';
import { kubernetesLogs } from './adapters/kubernetes/logs.ts';
import { kubernetesRuns } from './adapters/kubernetes/runs.ts';
import { kubernetesSecrets } from './adapters/kubernetes/secrets.ts';
import { kubernetesServiceAccounts } from './adapters/kubernetes/service-accounts.ts';
import { kubernetesSpaces } from './adapters/kubernetes/spaces.ts';
import { type Config, readConfig, readRoleCredentials, readStackName } from './config.ts';
import { jsonLog } from './log.ts';
import { embeddedMetrics } from './metrics.ts';
import type { Ports } from './ports.ts';

/** EKS takes a token for 15 minutes; a new one is signed after ten. A secret is read again as often. */
const TOKEN_KEPT_MS = 10 * 60_000;

/** The cluster that the configuration names. Nothing is sent before the first call. */
async function connectTo({ endpoint, ca, auth }: Config): Promise<Connection> {
  const certificate = auth.kind === 'certificate' ? await readCertificate(auth) : {};
  return connect({ endpoint, tls: { ca, ...certificate }, token: tokenOf(auth) });
}

/** The ports over a cluster. */
function composePorts(connection: Connection): Ports {
  return {
    apps: kubernetesApps(connection),
    jobs: kubernetesJobs(connection),
    runs: kubernetesRuns(connection),
    builds: kubernetesBuilds(connection),
    logs: kubernetesLogs(connection),
    secrets: kubernetesSecrets(connection),
    serviceAccounts: kubernetesServiceAccounts(connection),
    spaces: kubernetesSpaces(connection),
    now: () => new Date(),
    wait,
    random: randomBytes,
    log: jsonLog,
    metrics: embeddedMetrics(readStackName(), () => new Date()),
  };
}

function tokenOf(auth: Config['auth']): TokenSource | undefined {
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

/** The signer is loaded by the first request that needs it: other kinds of sign-in never pay for it. */
async function signEksToken(cluster: string, region: string): Promise<string> {
  const { eksToken } = await import('./adapters/aws/eks-token.ts');
  return eksToken(cluster, region, readRoleCredentials(), new Date());
}

/** Loaded as the signer is. */
async function readSecretToken(auth: Extract<Config['auth'], { kind: 'token-secret' }>): Promise<string> {
  const { secretToken } = await import('./adapters/aws/secret-token.ts');
  return secretToken({ ...auth, credentials: readRoleCredentials() });
}

let cluster: Promise<Connection> | undefined;

/**
 * The ports of one invocation, all of whose calls together end after so many ms. The connections are this function's
 * process's: made by its first invocation and kept while it is warm.
 */
export const livePorts = async (withinMs: number): Promise<Ports> => {
  cluster ??= connectTo(readConfig()).catch((error: unknown) => {
    // The next invocation tries again: what was missing may be there by then.
    cluster = undefined;
    throw error;
  });
  return composePorts((await cluster).within(withinMs));
};
