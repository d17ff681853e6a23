import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { kubernetesApps } from './adapters/kubernetes/apps.ts';
import { connect } from './adapters/kubernetes/connection.ts';
import {
  cachedToken,
  fileToken,
  readCertificate,
  type TokenSource,
} from './adapters/kubernetes/credentials.ts';
import { kubernetesLogs } from './adapters/kubernetes/logs.ts';
import { kubernetesRuns } from './adapters/kubernetes/runs.ts';
import { kubernetesSecrets } from './adapters/kubernetes/secrets.ts';
import { kubernetesServiceAccounts } from './adapters/kubernetes/service-accounts.ts';
import { type Config, readConfig, readRoleCredentials } from './config.ts';
import { jsonLog } from './log.ts';
import type { Ports } from './ports.ts';

/** EKS takes a token for 15 minutes; a new one is signed after ten. */
const EKS_TOKEN_KEPT_MS = 10 * 60_000;

/** The ports over the real cluster. Nothing is sent before the first call. */
async function composePorts(config: Config): Promise<Ports> {
  const { endpoint, ca, auth } = config;
  const certificate = auth.kind === 'certificate' ? await readCertificate(auth) : {};
  const connection = connect({ endpoint, tls: { ca, ...certificate }, token: tokenOf(auth) });
  return {
    apps: kubernetesApps(connection),
    runs: kubernetesRuns(connection),
    logs: kubernetesLogs(connection),
    secrets: kubernetesSecrets(connection),
    serviceAccounts: kubernetesServiceAccounts(connection),
    now: () => new Date(),
    wait,
    random: randomBytes,
    log: jsonLog,
  };
}

function tokenOf(auth: Config['auth']): TokenSource | undefined {
  switch (auth.kind) {
    case 'certificate':
      return undefined;
    case 'token-file':
      return fileToken(auth.file, Date.now);
    case 'eks':
      return cachedToken(() => signEksToken(auth.cluster, auth.region), EKS_TOKEN_KEPT_MS, Date.now);
  }
}

/** The signer is loaded by the first request that needs it: other kinds of sign-in never pay for it. */
async function signEksToken(cluster: string, region: string): Promise<string> {
  const { eksToken } = await import('./adapters/aws/eks-token.ts');
  return eksToken(cluster, region, readRoleCredentials(), new Date());
}

let ports: Promise<Ports> | undefined;

/** The ports of this function's process, made by its first invocation and kept while it is warm. */
export const livePorts = (): Promise<Ports> => {
  ports ??= composePorts(readConfig()).catch((error: unknown) => {
    // The next invocation tries again: what was missing may be there by then.
    ports = undefined;
    throw error;
  });
  return ports;
};
