import * as v from 'valibot';
import { EnvName, MAX_ARGUMENT_BYTES } from '../apps/env-var.ts';
import { hashOf } from '../platform/names.ts';
import { argument, fields, listOfNamed, shortText, textLike } from '../platform/schema.ts';

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

/** SHA-256 of a source's tar.gz: its name in the bucket, and the checksum that a build verifies. */
export const Sha256 = textLike(/^[0-9a-f]{64}$/, '64 lower-case hexadecimal digits.');

/** Name of a build's variable: its Secret keeps it under `env.NAME`, and a key has at most 253 characters. */
const BuildEnvName = v.pipe(
  EnvName,
  v.check(
    (name) => name.length <= 249,
    'It is too long: a variable of a build has a name of at most 249 characters.',
  ),
  v.metadata({ maxLength: 249 }),
);

/** Source that an image is built from. The name of the build is derived from all of it: the same source is the same build. */
export const Source = fields({
  sha256: Sha256,
  /** Environment of the build, which its buildpacks read. */
  env: v.optional(listOfNamed(fields({ name: BuildEnvName, value: argument(MAX_ARGUMENT_BYTES) }), 100)),
  /** A changed value builds the same source again. */
  rebuild: v.optional(shortText(64)),
});

export type Source = v.InferOutput<typeof Source>;

/** Uploaded source: a tar.gz of `size` bytes. */
export type SourceFile = { readonly sha256: string; readonly size: number };

/** Id of a source with its environment: ten hex digits. */
export const sourceId = ({ sha256, env = [], rebuild = '' }: Source): string =>
  hashOf([sha256, rebuild, ...env.flatMap(({ name, value }) => [name, value])], 10);
