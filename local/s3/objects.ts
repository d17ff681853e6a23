import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import type { Codec } from '../data/data.ts';
import { S3Error } from './errors.ts';

export type StoredObject = {
  readonly file: string;
  readonly size: number;
  readonly etag: string;
  /** SHA-256 in base64, if the upload had one. */
  readonly checksum: string | undefined;
  readonly lastModified: Date;
};

/** Objects of one bucket. Their bytes are files of a directory, which the caller removes. */
export type Objects = {
  get(key: string): StoredObject | undefined;
  /** Stores a request's body. An interrupted or invalid upload keeps the previous object. */
  put(key: string, request: IncomingMessage): Promise<StoredObject>;
  read(object: StoredObject): Readable;
};

/** Size limit of one PUT. */
const MAX_BYTES = 5 * 1024 ** 3;

const Kept = v.object({
  file: v.string(),
  size: v.number(),
  etag: v.string(),
  checksum: v.optional(v.string()),
  lastModified: v.number(),
});

/** Object whose file is in a directory. */
export const objectIn = (directory: string): Codec<StoredObject> => ({
  encode: ({ file, lastModified, ...object }) => ({
    ...object,
    file: basename(file),
    lastModified: lastModified.getTime(),
  }),
  decode: (kept) => {
    const { file, checksum, lastModified, ...object } = v.parse(Kept, kept);
    return { ...object, checksum, file: join(directory, file), lastModified: new Date(lastModified) };
  },
});

/** Removes the files of uploads that were interrupted by the end of the process. */
export async function removePartialUploads(
  directory: string,
  objects: ReadonlyMap<string, StoredObject>,
): Promise<void> {
  const known = new Set([...objects.values()].map(({ file }) => file));
  const files = (await readdir(directory)).map((name) => join(directory, name));
  await Promise.all(files.filter((file) => !known.has(file)).map((file) => rm(file, { force: true })));
}

/** Creates the objects of a bucket, those of `objects` at first. */
export function createObjects(
  directory: string,
  now: () => Date,
  objects = new Map<string, StoredObject>(),
): Objects {
  return {
    get: (key) => objects.get(key),
    put: async (key, request) => {
      checkLength(request);
      const file = join(directory, randomUUID());
      try {
        const object = { ...(await receive(request, file)), file, lastModified: now() };
        const before = objects.get(key);
        objects.set(key, object);
        if (before !== undefined) await rm(before.file, { force: true });
        return object;
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    },
    read: ({ file }) => createReadStream(file),
  };
}

function checkLength({ headers }: IncomingMessage): void {
  const length = headers['content-length'];
  if (length === undefined)
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  if (Number(length) > MAX_BYTES) {
    throw new S3Error(400, 'EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size', {
      ProposedSize: length,
      MaxSizeAllowed: String(MAX_BYTES),
    });
  }
  if (String(headers['x-amz-content-sha256']).startsWith('STREAMING-'))
    throw new S3Error(501, 'NotImplemented', 'Bodies in signed chunks are not taken here.');
}

/** Writes a body to a file with backpressure. Throws an S3 error if it does not match its headers. */
async function receive(request: IncomingMessage, file: string) {
  const { 'x-amz-checksum-sha256': checksum, 'x-amz-content-sha256': payload } = request.headers;
  if (checksum !== undefined && Buffer.from(String(checksum), 'base64').length !== 32) {
    throw new S3Error(400, 'InvalidRequest', 'Value for x-amz-checksum-sha256 header is invalid.');
  }
  const [md5, sha256] = [createHash('md5'), createHash('sha256')];
  let size = 0;
  const measured = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length;
      md5.update(chunk);
      sha256.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(request, measured, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  if (size !== Number(request.headers['content-length'])) {
    throw new S3Error(
      400,
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  }
  const sum = sha256.digest();
  if (checksum !== undefined && sum.toString('base64') !== checksum) {
    throw new S3Error(400, 'BadDigest', 'The SHA256 you specified did not match the calculated checksum.');
  }
  if (/^[0-9a-f]{64}$/.test(String(payload)) && sum.toString('hex') !== payload) {
    throw new S3Error(
      400,
      'XAmzContentSHA256Mismatch',
      "The provided 'x-amz-content-sha256' header does not match what was computed.",
    );
  }
  return {
    size,
    etag: `"${md5.digest('hex')}"`,
    checksum: checksum === undefined ? undefined : String(checksum),
  };
}
