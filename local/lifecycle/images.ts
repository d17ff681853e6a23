import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { cp, mkdir, readdir, readFile, readlink, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import { below } from '../kubernetes/kubelet/files.ts';

const Record = v.object({
  appDirectory: v.string(),
  processes: v.record(v.string(), v.string()),
});

/** An image that was built here: a folder of files and what may be started there. */
export type BuiltImage = v.InferOutput<typeof Record> & { readonly files: string };

const DIGEST = /@sha256:([0-9a-f]{64})$/;

/** The image of a reference with a digest; `undefined` when none was built under it. */
export async function builtImageOf(images: string, reference: string): Promise<BuiltImage | undefined> {
  const [, hex] = DIGEST.exec(reference) ?? [];
  if (hex === undefined) return undefined;
  const text = await readFile(join(images, hex, 'image.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return { ...v.parse(v.pipe(v.string(), v.parseJson(), Record), text), files: join(images, hex, 'app') };
}

/** Copies the files of an image to where a container has them: each has its own. */
export async function placeApp({ files, appDirectory }: BuiltImage, root: string): Promise<void> {
  await copyFolder(files, below(root, appDirectory));
}

type NewImage = v.InferOutput<typeof Record> & {
  /** Folder of the app. */
  readonly from: string;
  readonly runImage: string;
};

/** Keeps a copy of a folder as an image, and gives its digest: the same content has the same one. */
export async function keepImage(
  images: string,
  { from, runImage, appDirectory, processes }: NewImage,
): Promise<string> {
  const sum = createHash('sha256').update(JSON.stringify([runImage, appDirectory, processes]));
  for (const line of await contentOf(from)) sum.update(`${line}\n`);
  const hex = sum.digest('hex');
  const isNew = (await builtImageOf(images, `@sha256:${hex}`)) === undefined;
  if (isNew) {
    await mkdir(images, { recursive: true, mode: 0o700 });
    const half = join(images, `${hex}.${process.hrtime.bigint()}`);
    await copyFolder(from, join(half, 'app'));
    await writeFile(join(half, 'image.json'), JSON.stringify({ appDirectory, processes }));
    // Another build of the same may have been faster.
    await rename(half, join(images, hex)).catch(() => rm(half, { recursive: true, force: true }));
  }
  return `sha256:${hex}`;
}

/** Links in it stay as they are. */
const copyFolder = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });

/** A line for each file and link of a folder, in the order of their names. */
async function contentOf(folder: string, path = ''): Promise<string[]> {
  const entries = await readdir(join(folder, path), { withFileTypes: true });
  const lines: string[] = [];
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const inner = join(path, entry.name);
    if (entry.isDirectory()) lines.push(`${inner}/`, ...(await contentOf(folder, inner)));
    else if (entry.isSymbolicLink()) lines.push(`${inner} -> ${await readlink(join(folder, inner))}`);
    else lines.push(`${inner} ${await sumOf(join(folder, inner))}`);
  }
  return lines;
}

async function sumOf(file: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(file), sum);
  return sum.digest('hex');
}
