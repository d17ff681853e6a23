import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { CONSOLE_BUNDLE } from './console.mjs';
import { SLIM } from './esbuild-plugins.mjs';

const HEAD = `Taskbridge's functions (the zips that are deployed), its command line (dist/taskbridge.mjs) and its console
(dist/console) hold parts of these packages. Their licences follow. Written by "npm run notice" from what esbuild puts into the bundles.
`;

/** @typedef {{ name: string, version: string, license: string, text: string }} Package */

/**
 * The text of NOTICE: each package of which a bundle holds a part, and each licence once.
 *
 * @param {string} root
 */
export async function noticeOf(root) {
  const folders = await bundledFolders(root);
  const found = await Promise.all(folders.map((folder) => readPackage(join(root, folder))));
  // A package may lie in more than one folder.
  const packages = [...new Map(found.map((one) => [`${one.name}@${one.version}`, one])).values()].sort(
    (one, other) => (`${one.name}@${one.version}` < `${other.name}@${other.version}` ? -1 : 1),
  );
  const lines = packages.map(({ name, version, license }) => `${name} ${version} (${license})`);
  const blocks = [...byText(packages)].map(([text, of]) => {
    const names = of.map(({ name, version }) => `${name} ${version}`).join(', ');
    return `${'-'.repeat(80)}\n${names}\n\n${text || 'The package holds no text of its licence.'}\n`;
  });
  return `${HEAD}\n${lines.join('\n')}\n\n${blocks.join('\n')}`;
}

/**
 * @param {string} root
 * @returns {Promise<string[]>}
 */
async function bundledFolders(root) {
  const functions = (await readdir(join(root, 'functions'))).filter((file) => file.endsWith('.ts'));
  /** @type {import('esbuild').BuildOptions & { metafile: true }} */
  const options = {
    bundle: true,
    format: 'esm',
    platform: 'node',
    metafile: true,
    write: false,
    absWorkingDir: root,
    outdir: 'out',
    logLevel: 'error',
  };
  const bundles = await Promise.all([
    build({ ...options, entryPoints: functions.map((file) => `functions/${file}`), plugins: SLIM }),
    build({ ...options, entryPoints: ['cli/main.ts'] }),
    build({ ...options, ...CONSOLE_BUNDLE }),
  ]);
  // Inputs of the outputs, and not of the build: what was looked at and left out needs no notice.
  const outputs = bundles.flatMap(({ metafile }) => Object.values(metafile.outputs));
  const inputs = outputs.flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = inputs.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].map((folder) => folder.replace(/^[\w-]+:/, ''));
}

/**
 * @param {string} folder
 * @returns {Promise<Package>}
 */
async function readPackage(folder) {
  const {
    name,
    version,
    license = 'no licence named',
  } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|notice)([.-]|$)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return { name, version, license, text: texts.map((text) => text.replaceAll('\r', '').trim()).join('\n\n') };
}

/** @param {readonly Package[]} packages */
function byText(packages) {
  /** @type {Map<string, Package[]>} */
  const groups = new Map();
  for (const one of packages) {
    const key = createHash('sha256').update(one.text.replace(/\s+/g, ' ')).digest('hex');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return new Map([...groups.values()].map((group) => [group[0]?.text ?? '', group]));
}
