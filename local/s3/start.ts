import { listen } from '../http-server.ts';
import type { StackRights } from '../iam/stack-rights.ts';
import { newObjects } from './objects.ts';
import { newS3Server } from './server.ts';

/** The bucket of the sources that apps are built of. */
export const SOURCES_BUCKET = 'taskbridge-local-sources';

/** The bucket in the stack's template, as its statements name it. */
const BUCKET_IN_TEMPLATE = 'Sources.Arn';

export type EmbeddedS3 = {
  readonly url: string;
  stop(): Promise<void>;
};

export type S3Settings = {
  /** Where its files are; the caller removes them. */
  readonly directory: string;
  readonly rights: StackRights;
  readonly now: () => Date;
  /** Address that pods reach too. Default: loopback, where the embedded cluster's pods are. */
  readonly host?: string | undefined;
};

/** An S3 with the bucket of sources. It refuses who has no right by the stack's roles, so it may listen for pods. */
export async function startEmbeddedS3({
  directory,
  rights,
  now,
  host = '127.0.0.1',
}: S3Settings): Promise<EmbeddedS3> {
  const objects = newObjects(directory, now);
  const server = newS3Server({
    bucket: SOURCES_BUCKET,
    inTemplate: BUCKET_IN_TEMPLATE,
    objects,
    rights,
    now,
  });
  const { url, close } = await listen(server, 0, host);
  return { url, stop: close };
}
