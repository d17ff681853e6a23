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

/** Image that was built here: a folder of files with its processes. */
export type BuiltImage = v.InferOutput<typeof Record> & { readonly files: string };

const DIGEST = /@sha256:([0-9a-f]{64})$/;

/** Image of a reference with a digest; `undefined` if it was not built here. */
export async function builtImageOf(images: string, reference: string): Promise<BuiltImage | undefined> {
  const [, hex] = DIGEST.exec(reference) ?? [];
  if (hex === undefined) return undefined;
  const text = await readFile(join(images, hex, 'image.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  return { ...v.parse(v.pipe(v.string(), v.parseJson(), Record), text), files: join(images, hex, 'app') };
}

/** Copies an image's files into a container's root. */
export async function copyApp({ files, appDirectory }: BuiltImage, root: string): Promise<void> {
  await copyFolder(files, below(root, appDirectory));
}

type NewImage = v.InferOutput<typeof Record> & {
  /** Folder of the app. */
  readonly from: string;
  readonly runImage: string;
};

/** Stores a copy of a folder as an image. Returns its digest, which depends on the content only. */
export async function storeImage(
  images: string,
  { from, runImage, appDirectory, processes }: NewImage,
): Promise<string> {
  const sum = createHash('sha256').update(JSON.stringify([runImage, appDirectory, processes]));
  for (const line of await contentOf(from)) sum.update(`${line}\n`);
  const hex = sum.digest('hex');
  const isNew = (await builtImageOf(images, `@sha256:${hex}`)) === undefined;
  if (isNew) {
    await mkdir(images, { recursive: true, mode: 0o700 });
    const partial = join(images, `${hex}.${process.hrtime.bigint()}`);
    await copyFolder(from, join(partial, 'app'));
    await writeFile(join(partial, 'image.json'), JSON.stringify({ appDirectory, processes }));
    // Another build of the same content may have been faster.
    await rename(partial, join(images, hex)).catch(() => rm(partial, { recursive: true, force: true }));
  }
  return `sha256:${hex}`;
}

/** Copies a folder; symbolic links are kept. */
const copyFolder = (from: string, to: string): Promise<void> =>
  cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });

/** One line for each file and link of a folder, ordered by name. */
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
