import * as v from 'valibot';
import { EnvName, MAX_ARGUMENT_BYTES } from '../apps/env-var.ts';
import { argument, fields, listOfNamed, textLike } from '../platform/schema.ts';

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
