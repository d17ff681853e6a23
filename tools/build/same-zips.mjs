import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/*
 * Packages the service twice, in two time zones, and compares the hash of each zip: a release that is built from its source
 * gives the deployed zips. Exits with 1 and the names of those that differ. The argument, if any, is a packaged folder that
 * replaces the first build.
 */

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * @param {string} zone
 * @returns {Promise<Map<string, string>>} Hashes by the zips' names.
 */
async function packaged(zone) {
  const folder = await mkdtemp(join(tmpdir(), 'taskbridge-zips-'));
  try {
    const program = join(root, 'node_modules/.bin/serverless');
    await promisify(execFile)(program, ['package', '--package', folder], {
      cwd: root,
      // Serverless leaves its temporary files behind.
      env: { ...process.env, TZ: zone, TMPDIR: folder },
    });
    return await hashesIn(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param {string} folder */
async function hashesIn(folder) {
  const zips = (await readdir(folder)).filter((file) => file.endsWith('.zip')).sort();
  const hashes = zips.map(async (zip) => {
    const hash = createHash('sha256').update(await readFile(join(folder, zip)));
    return /** @type {const} */ ([zip, hash.digest('hex')]);
  });
  return new Map(await Promise.all(hashes));
}

const [made] = process.argv.slice(2);
const first = await (made === undefined ? packaged('UTC') : hashesIn(made));
const second = await packaged('Pacific/Kiritimati');
const differ = [...first].filter(([zip, hash]) => second.get(zip) !== hash).map(([zip]) => zip);
if (first.size === 0 || first.size !== second.size || differ.length > 0) {
  console.error(`Not the same twice, of ${first.size} and ${second.size} zips: ${differ.join(', ')}`);
  process.exitCode = 1;
} else {
  for (const [zip, hash] of first) console.log(`${hash}  ${zip}`);
}
