import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accessKeyOf, SECRET_KEY } from '../account.ts';
import type { Identity } from '../cloudformation/serverless.ts';
import type { EnvironmentOf } from '../gateway/sandbox.ts';
import type { BuildConfig } from '../lifecycle/builds.ts';

/** Namespace of the three service accounts (cluster/roles/identities.yaml). */
export const IDENTITIES_NAMESPACE = 'taskbridge';

const IDENTITIES: readonly Identity[] = ['reader', 'runner', 'keeper'];

/** Where a cluster is, and a token for each of the three identities, as short-lived as the cluster makes it. */
export type ClusterAccess = {
  readonly endpoint: string;
  /** Certificate of its authority in PEM; absent for a server without TLS or with a public one. */
  readonly ca?: string | undefined;
  token(identity: Identity): Promise<string>;
  /** How images are built there; absent: not at all. */
  readonly builds?: BuildConfig | undefined;
};

const fileOf = (directory: string, identity: Identity) => join(directory, `${identity}.token`);

/** Writes each identity's token to its file, which the functions read again every minute. */
export async function writeTokens(access: ClusterAccess, directory: string): Promise<void> {
  await Promise.all(
    IDENTITIES.map(async (identity) =>
      writeFile(fileOf(directory, identity), await access.token(identity), { mode: 0o600 }),
    ),
  );
}

/** What every function of a stack is given beside its cluster, by variable. */
type StackEnvironment = Readonly<Record<string, string>>;

/**
 * The environment of a function: the stack's own, an access key of its own, the cluster, and the token file of its
 * identity there.
 */
export const environmentFor =
  ({ endpoint, ca }: ClusterAccess, directory: string, stack: StackEnvironment): EnvironmentOf =>
  ({ name, identity }) => ({
    ...stack,
    AWS_ACCESS_KEY_ID: accessKeyOf(name),
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    ...(identity === undefined
      ? {}
      : {
          TASKBRIDGE_CLUSTER_AUTH: 'token-file',
          TASKBRIDGE_CLUSTER_ENDPOINT: endpoint,
          TASKBRIDGE_CLUSTER_CA: ca === undefined ? '' : Buffer.from(ca).toString('base64'),
          TASKBRIDGE_CLUSTER_TOKEN_FILE: fileOf(directory, identity),
        }),
  });
