import * as v from 'valibot';
import { EnvName, MAX_ARGUMENT_BYTES } from '../apps/env-var.ts';
import { argument, fields, listOfNamed, textLike } from '../platform/schema.ts';

/** Signed request to upload a source: to be sent with exactly this URL and these headers. */
export type Upload = {
  readonly method: 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAt: string;
};

/** Port to the bucket of sources, keyed by space, app and SHA-256. Throws `unavailable`. */
export type Sources = {
  /** True when the source is stored, and stays for as long as a build may take. */
  has(space: string, app: string, sha256: string): Promise<boolean>;
  /** Returns a signed PUT for exactly this file, valid for 15 minutes. */
  upload(space: string, app: string, file: SourceFile): Promise<Upload>;
  /** Returns the URL of a signed GET, valid for an hour at most. */
  download(space: string, app: string, sha256: string): Promise<string>;
};

/** SHA-256 of a source's tar.gz: its name in the bucket, and what a build checks it by. */
export const Sha256 = textLike(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits.');

/** A build's Secret has each variable below `env.NAME`, and Kubernetes takes no key that is longer than 253 characters. */
const BuildEnvName = v.pipe(
  EnvName,
  v.check(
    (name) => name.length <= 249,
    'It is too long: a variable of a build has a name of at most 249 characters.',
  ),
  v.metadata({ maxLength: 249 }),
);

/** What an image is built of. Each of its parts is part of the build's name: the same again is the same build. */
export const Source = fields({
  sha256: Sha256,
  /** The build's environment, which its buildpacks read. */
  env: v.optional(listOfNamed(fields({ name: BuildEnvName, value: argument(MAX_ARGUMENT_BYTES) }), 100)),
  /** Any other text than the last one builds the same source again. */
  rebuild: v.optional(argument(64)),
});

export type Source = v.InferOutput<typeof Source>;

/** A source as it is uploaded: a tar.gz of so many bytes. */
export type SourceFile = { readonly sha256: string; readonly size: number };
