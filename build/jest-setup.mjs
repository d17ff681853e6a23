import { mkdir, mkdtemp, readdir, rename, rmdir } from 'node:fs/promises';
import { build } from 'esbuild';
import { bundleCli } from './cli.mjs';
import plugins from './esbuild-plugins.mjs';

/** Here jest.config.mjs finds the bundles. */
const BUNDLES = '.build';

/**
 * The tests load the same parts of these packages as the functions: the index of the first takes a second a file. They
 * run the command line as users do, from its file. Each file is replaced whole, since another run of tests may read it.
 */
export default async () => {
  await mkdir(BUNDLES, { recursive: true });
  const made = await mkdtemp(`${BUNDLES}/made-`);
  await bundleCli(`${made}/taskbridge.mjs`);
  await build({
    entryPoints: { 'client-node': '@kubernetes/client-node', 'cron-parser': 'cron-parser' },
    outdir: made,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins,
  });
  for (const file of await readdir(made)) await rename(`${made}/${file}`, `${BUNDLES}/${file}`);
  await rmdir(made);
};
