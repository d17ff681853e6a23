import { build } from 'esbuild';
import plugins from './esbuild-plugins.mjs';

/** The tests load the same parts of these packages as the functions: the index of the first takes a second a file. */
export default () =>
  build({
    entryPoints: { 'client-node': '@kubernetes/client-node', 'cron-parser': 'cron-parser' },
    outdir: '.build',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    plugins,
  });
