import { build } from 'esbuild';
import { bundleCli } from './cli.mjs';
import plugins from './esbuild-plugins.mjs';

/**
 * The tests load the same parts of these packages as the functions: the index of the first takes a second a file. They
 * run the command line as users do, from its file.
 */
export default async () => {
  await bundleCli('.build/taskbridge.mjs');
  await build({
    entryPoints: { 'client-node': '@kubernetes/client-node', 'cron-parser': 'cron-parser' },
    outdir: '.build',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins,
  });
};
