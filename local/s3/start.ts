import type { Credentials } from '../credentials.ts';
import type { Data } from '../data/data.ts';
import { portsOf } from '../data/identity.ts';
import { listenAgain } from '../http-server.ts';
import type { StackPermissions } from '../iam/stack-permissions.ts';
import { createObjects, objectIn, removePartialUploads } from './objects.ts';
import { createS3Server } from './server.ts';

/** Bucket of app sources. */
export const SOURCES_BUCKET = 'taskbridge-local-sources';

/** Reference to the bucket in the template's statements. */
const BUCKET_IN_TEMPLATE = 'Sources.Arn';

export type EmbeddedS3 = {
  readonly url: string;
  stop(): Promise<void>;
};

export type S3Settings = {
  /** Folder of its files; the caller removes them. */
  readonly directory: string;
  readonly credentials: Credentials;
  readonly permissions: StackPermissions;
  readonly now: () => Date;
  /** Address that pods can reach. Default: loopback, where the embedded cluster's pods are. */
  readonly host?: string | undefined;
  /** Keeps the objects and the port for the next start. Default: they are in memory. */
  readonly data?: Data | undefined;
};

/** Starts S3 with the bucket of sources. Each request is signed, so it may listen on an address that pods reach. */
export async function startEmbeddedS3({
  directory,
  credentials,
  permissions,
  now,
  host = '127.0.0.1',
  data,
}: S3Settings): Promise<EmbeddedS3> {
  const kept = data?.map('source', objectIn(directory)) ?? new Map();
  if (data !== undefined) await removePartialUploads(directory, kept);
  const objects = createObjects(directory, now, kept);
  const server = createS3Server({
    bucket: SOURCES_BUCKET,
    inTemplate: BUCKET_IN_TEMPLATE,
    objects,
    credentials,
    permissions,
    now,
  });
  const { url, close } = await listenAgain(server, 's3', portsOf(data), host);
  return { url, stop: close };
}
