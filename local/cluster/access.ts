import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessKeyOf } from '../account.ts';
import type { Identity } from '../cloudformation/serverless.ts';
import { awsEnvironment, type Credentials } from '../credentials.ts';
import type { EnvironmentOf } from '../gateway/sandbox.ts';
import type { BuildConfig } from '../lifecycle/builds.ts';

/** Namespace of the three service accounts (cluster/roles/identities.yaml). */
export const IDENTITIES_NAMESPACE = 'taskbridge';

const IDENTITIES: readonly Identity[] = ['reader', 'runner', 'keeper'];

/** Endpoint of a cluster, and short-lived tokens for the three identities. */
export type ClusterAccess = {
  readonly endpoint: string;
  /** CA certificate in PEM. Absent: no TLS, or a public CA. */
  readonly ca?: string | undefined;
  token(identity: Identity): Promise<string>;
  /** Build settings. Absent: no images are built there. */
  readonly builds?: BuildConfig | undefined;
};

const fileOf = (directory: string, identity: Identity) => join(directory, `${identity}.token`);

/** Writes each identity's token to its file. The functions read the files again every minute. */
export async function writeTokens(access: ClusterAccess, directory: string): Promise<void> {
  await Promise.all(
    IDENTITIES.map(async (identity) =>
      writeFile(fileOf(directory, identity), await access.token(identity), { mode: 0o600 }),
    ),
  );
}

export type FunctionsPlace = {
  /** Folder of the identities' tokens. */
  readonly directory: string;
  readonly credentials: Credentials;
  /** Environment variables that every function of the stack has. */
  readonly stack: Readonly<Record<string, string>>;
};

/**
 * Environment of a function: the stack's variables, its access key, the cluster, and the token file of its identity.
 */
export const environmentFor =
  ({ endpoint, ca }: ClusterAccess, { directory, credentials, stack }: FunctionsPlace): EnvironmentOf =>
  ({ name, identity }) => ({
    ...stack,
    ...awsEnvironment(credentials.keyOf(accessKeyOf(name))),
    ...(identity === undefined
      ? {}
      : {
          TASKBRIDGE_CLUSTER_AUTH: 'token-file',
          TASKBRIDGE_CLUSTER_ENDPOINT: endpoint,
          TASKBRIDGE_CLUSTER_CA: ca === undefined ? '' : Buffer.from(ca).toString('base64'),
          TASKBRIDGE_CLUSTER_TOKEN_FILE: fileOf(directory, identity),
        }),
  });
