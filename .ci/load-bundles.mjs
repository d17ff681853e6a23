import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';

/*
 * `node load-bundles.mjs FOLDER` imports the function of each zip in the folder, as Lambda's runtime does, in the current
 * Node. Exits with 1 at the first zip without a `handler`.
 */
const [packages = '.release/functions'] = process.argv.slice(2);
const zips = (await readdir(packages)).filter((file) => file.endsWith('.zip')).sort();
assert.notEqual(
  zips.length,
  0,
  `${packages} has no zips: "npm run release" makes them in .release/functions`,
);

const folder = await mkdtemp(join(tmpdir(), 'taskbridge-bundles-'));
try {
  for (const zip of zips) {
    const entries = Object.entries(unzipSync(await readFile(join(packages, zip))));
    assert.deepEqual(
      entries.map(([path]) => path),
      [`functions/${basename(zip, '.zip')}.mjs`],
    );
    for (const [path, bytes] of entries) {
      const file = join(folder, basename(path));
      await writeFile(file, bytes);
      const { handler } = await import(file);
      assert.equal(typeof handler, 'function', `${zip} has no handler`);
    }
  }
  console.log(`Node ${process.version} loads ${zips.length} functions.`);
} finally {
  await rm(folder, { recursive: true });
}
