import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END = 0x06054b50;
const STORED = 0;

/** Writes the files of a zip below a folder. Of zips only what `serverless package` makes is understood. */
export async function unzip(file: string, folder: string): Promise<void> {
  const zip = await readFile(file);
  const end = zip.lastIndexOf(Buffer.from(new Uint32Array([END]).buffer));
  let entry = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extra, comment] = [28, 30, 32].map((at) => zip.readUInt16LE(entry + at));
    const name = zip.toString('utf8', entry + 46, entry + 46 + (nameLength ?? 0));
    const local = zip.readUInt32LE(entry + 42);
    const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(begin, begin + zip.readUInt32LE(entry + 20));
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    if (!name.endsWith('/'))
      await writeFile(path, zip.readUInt16LE(entry + 10) === STORED ? packed : inflateRawSync(packed));
    entry += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
}
