import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { tsImport } from 'tsx/esm/api';
import { bundleCli } from './cli.mjs';
import plugins from './esbuild-plugins.mjs';
import { MODULE } from './late.mjs';

/** Here jest.config.mjs and test/support find the bundles. */
const BUNDLES = '.build';

/**
 * The tests load the same parts of these packages as the functions: the index of the first takes a second a file. They
 * run the command line as users do, from its file, and the tools of operators from one file each; every embedded cloud
 * runs the same bundles of the functions. Each file is replaced whole, since another run of tests may read it.
 */
export default async () => {
  await useTemporaryFolder();
  await mkdir(`${BUNDLES}/functions`, { recursive: true });
  const made = await mkdtemp(`${BUNDLES}/made-`);
  await Promise.all([
    bundleCli(`${made}/taskbridge.mjs`),
    bundlePackages(made),
    bundleTools(made),
    bundleEveryFunction(`${made}/functions`),
  ]);
  for (const folder of ['', '/functions']) await replaceFiles(`${made}${folder}`, `${BUNDLES}${folder}`);
  await rm(made, { recursive: true });
};

/** Gives this run a folder for the temporary files of its tests and of their processes, and removes it at the end. */
async function useTemporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'taskbridge-test-'));
  process.env.TMPDIR = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
}

/** @param {string} outdir */
const bundlePackages = (outdir) =>
  build({
    entryPoints: { 'client-node': '@kubernetes/client-node', 'cron-parser': 'cron-parser' },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins,
  });

/** @param {string} outdir */
const bundleTools = (outdir) =>
  build({
    ...MODULE,
    entryPoints: ['tools/operators/purge-rules.ts', 'tools/operators/redrive.ts'],
    outdir,
    outExtension: { '.js': '.mjs' },
  });

/** @param {string} outdir */
async function bundleEveryFunction(outdir) {
  const { bundleFunctions } = await tsImport('../../local/gateway/bundle.ts', import.meta.url);
  const { readServerless } = await tsImport('../../local/cloudformation/serverless.ts', import.meta.url);
  const root = fileURLToPath(new URL('../../', import.meta.url));
  await bundleFunctions(root, await readServerless('serverless.yml'), outdir);
}

/**
 * @param {string} from
 * @param {string} to
 */
async function replaceFiles(from, to) {
  for (const entry of await readdir(from, { withFileTypes: true }))
    if (entry.isFile()) await rename(`${from}/${entry.name}`, `${to}/${entry.name}`);
}
